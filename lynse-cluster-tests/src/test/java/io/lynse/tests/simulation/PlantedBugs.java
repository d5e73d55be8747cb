package io.lynse.tests.simulation;

import io.lynse.metadata.Durability;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Mistakes that a simulation must find, one per rule. Named as the switches of the model-checked specification, where it has them. */
final class PlantedBugs {

    private PlantedBugs() {}

    /** A new instance per run: some remember what they saw. */
    static final Map<String, Supplier<PlantedBug>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("ackBeforeFsync", FollowerBugs.AckBeforeFsync::new);
        ALL.put("dropBeforeMarkStale", () -> new PrimaryBugs.StaleOnHope(false));
        ALL.put("unknownIsSuccess", () -> new PrimaryBugs.StaleOnHope(true));
        ALL.put("promoteStale", ClusterBugs.PromoteStale::new);
        ALL.put("applyBeforeCommit", FollowerBugs.ApplyBeforeCommit::new);
        ALL.put("truncateByLsn", PrimaryBugs.TruncateByLsn::new);
        ALL.put("wipeKeepsId", DiskBugs.WipeKeepsId::new);
        ALL.put("bindKeepsState", ClusterBugs.BindKeepsState::new);
        ALL.put("resumeEpoch", FollowerBugs.ResumeEpoch::new);
        ALL.put("noVersion", ClusterBugs.NoVersion::new);
        ALL.put("proposeBeforeCounting", PrimaryBugs.ProposeBeforeCounting::new);
        ALL.put("commitLsnUnmatched", FollowerBugs.CommitLsnUnmatched::new);
        ALL.put("answerRetryFromLog", PrimaryBugs.AnswerRetryFromLog::new);
        ALL.put("forgetWriteId", FollowerBugs.ForgetWriteId::new);
        ALL.put("readBeforeInherited", ReadBugs.ReadBeforeInherited::new);
        ALL.put("noEpochCheck", FollowerBugs.NoEpochCheck::new);
        ALL.put("seenEpochVolatile", FollowerBugs.SeenEpochVolatile::new);
        ALL.put("levelByKnownCommit", PrimaryBugs.LevelByKnownCommit::new);
        ALL.put("truncatePrimaryEnd", PrimaryBugs.TruncatePrimaryEnd::new);
        ALL.put("lateTruncate", FollowerBugs.LateTruncate::new);
        ALL.put("ackUnreconciled", PrimaryBugs.AckUnreconciled::new);
        ALL.put("ackWithoutId", PrimaryBugs.AckWithoutId::new);
        ALL.put("serveBeforeAdopting", PrimaryBugs.ServeBeforeAdopting::new);
        ALL.put("countMetadataSet", PrimaryBugs.CountMetadataSet::new);
        ALL.put("takeoverWithoutCount", ClusterBugs.TakeoverWithoutCount::new);
        ALL.put("noMargin", ClusterBugs.NoMargin::new);
        ALL.put("countFromReply", ClusterBugs.CountFromReply::new);
        ALL.put("noFence", ClusterBugs.NoFence::new);
        ALL.put("loseViewChange", ClusterBugs.LoseViewChange::new);
        ALL.put("slowToLook", ClusterBugs.SlowToLook::new);
        ALL.put("neverGiveUp", ClusterBugs.NeverGiveUp::new);
        ALL.put("retryUnderNewId", ClusterBugs.RetryUnderNewId::new);
        ALL.put("unknownMadeDefinite", ClusterBugs.UnknownMadeDefinite::new);
        ALL.put("installOldFiles", FollowerBugs.InstallOldFiles::new);
        ALL.put("belowMinimum", () -> new PrimaryBugs.OtherDurability(configured -> new Durability(configured.mirrors(), 1)));
        ALL.put("waitForNobody", () -> new PrimaryBugs.OtherDurability(_ -> Durability.ASYNC));
        ALL.put("readUnconfirmed", ReadBugs.ReadUnconfirmed::new);
        ALL.put("strongReadUnconfirmed", ReadBugs.StrongReadUnconfirmed::new);
        ALL.put("unconfirmedTooSoon", ReadBugs.UnconfirmedTooSoon::new);
        ALL.put("unconfirmedUntold", ReadBugs.UnconfirmedUntold::new);
        ALL.put("cutInDoubtTail", SuccessionBugs.CutInDoubtTail::new);
        ALL.put("timeoutIsRefusal", SuccessionBugs.TimeoutIsRefusal::new);
        ALL.put("deposedLeadsOn", SuccessionBugs.DeposedLeadsOn::new);
        ALL.put("sumAtAnotherLsn", DamageBugs.SumAtAnotherLsn::new);
        ALL.put("neverCompared", DamageBugs.NeverCompared::new);
        ALL.put("primaryIsRight", DamageBugs.PrimaryIsRight::new);
        ALL.put("damagedStaysActive", DamageBugs.DamagedStaysActive::new);
        ALL.put("damageUntold", DamageBugs.DamageUntold::new);
        ALL.put("countedInBeforeRefilled", DamageBugs.CountedInBeforeRefilled::new);
        ALL.put("installDamagedFiles", DamageBugs.InstallDamagedFiles::new);
        ALL.put("promoteDamaged", () -> new DamageBugs.CopiesTakenForWhole(false));
        ALL.put("damagedPrimaryStays", () -> new DamageBugs.CopiesTakenForWhole(true));
        ALL.put("copyTakesPlace", DiskBugs.CopyTakesPlace::new);
        ALL.put("trustOldDisk", DiskBugs.TrustOldDisk::new);
        ALL.put("retryForce", DiskBugs.RetryForce::new);
        ALL.put("leaseByWallClock", ClusterBugs.LeaseByWallClock::new);
        ALL.put("partIsWhole", ClusterBugs.PartIsWhole::new);
        ALL.put("forceKeepsEpoch", ForceBugs.ForceKeepsEpoch::new);
        ALL.put("forceUntold", ForceBugs.ForceUntold::new);
        ALL.put("lostPartStays", ForceBugs.LostPartStays::new);
        ALL.put("ownAckBeforeFsync", PrimaryBugs.OwnAckBeforeFsync::new);
        ALL.put("aloneNotPromoted", ClusterBugs.AloneNotPromoted::new);
    }
}
