package io.lynse.shard.replication;

import io.lynse.error.LynseError;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.AskToRead;
import io.lynse.shard.replication.ReplicationMessage.Compared;
import io.lynse.shard.replication.ReplicationMessage.Confirmed;
import io.lynse.shard.replication.ReplicationMessage.Damaged;
import io.lynse.shard.replication.ReplicationMessage.Gap;
import io.lynse.shard.replication.ReplicationMessage.MayRead;
import io.lynse.shard.replication.ReplicationMessage.Report;
import io.lynse.shard.replication.ReplicationMessage.TakeFiles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A member while it leads one epoch. Takes its whole log as that of the epoch; its in-doubt tail is committed when all whom it
 * waits for have it. Owned by one {@link MemberCore}.
 */
final class Primary {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ReplicationSettings settings;
    private final Durability durability;
    private final MemberImage self;
    private final Fence fence;
    private final MemberLog log;
    private final Lsn inherited;
    private final OutStreams streams;
    private final Proposals proposals;
    private final WaitingWrites writes = new WaitingWrites();
    private final PrimaryReads reads;
    private final Comparisons comparisons;

    private Lsn committed;
    private long heartbeatAt;
    private boolean handingOver;
    private long handOverUntil;
    private boolean damaged; // this copy: it serves what it can until another member leads, and fills nobody
    private boolean outvoted;

    /**
     * @param promotion the group as the view of the promotion shows it
     */
    Primary(
            ReplicationSettings settings, Durability durability, MemberImage self, ShardGroupImage promotion, MemberLog log, OwnSums sums, long now, Effects out) {
        this.settings = settings;
        this.durability = durability;
        this.self = self;
        this.fence = new Fence(promotion.id(), promotion.epoch());
        this.log = log;
        inherited = log.last();
        committed = log.ordered();
        reads = new PrimaryReads(fence, inherited);
        proposals = new Proposals(settings, durability, self, promotion);
        streams = new OutStreams(settings, self, fence);
        comparisons = new Comparisons(settings, self, fence, sums, now);
        heartbeatAt = now;
        streams.follow(promotion, now, out);
        advance(now, out);
    }

    Epoch epoch() {
        return fence.epoch();
    }

    Lsn committed() {
        return committed;
    }

    ActiveSet set() {
        return proposals.set();
    }

    /** Of a damaged primary it is known who is wrong. */
    @Nullable Divergence divergence() {
        return damaged ? null : comparisons.divergence();
    }

    /** Whether most witnesses have another state than this member. */
    boolean isOutvoted() {
        return outvoted;
    }

    /** Its own copy is known to be wrong somewhere. */
    void damaged() {
        damaged = true;
    }

    /** What the state with that checksum entry sums up to is known here: the others are asked. */
    void summed(Lsn lsn, long now, Effects out) {
        if (!damaged) comparisons.begin(lsn, streams.all(), now, out);
    }

    void verified(Effects out) {
        outvoted |= comparisons.verified(streams.all(), out);
    }

    /** Whether it serves a default read at once: everything acknowledged, by its predecessors too, is applied here. */
    boolean servesReads() {
        return log.applied().compareTo(inherited) >= 0;
    }

    /** Whether everything appended is committed and nothing more is taken: a switchover loses nobody's time now. */
    boolean handedOver() {
        return handingOver && committed.equals(log.last());
    }

    /** Refuses new writes for a while: a switchover that never comes must not keep the group from writing. */
    void handOver(boolean begin, long now) {
        handingOver = begin;
        handOverUntil = now + settings.handOverTimeout().toNanos();
    }

    void write(Event.Write write, long now, Effects out) {
        WriteId id = write.writeId();
        MemberLog.Remembered result = id == null ? null : log.resultOf(id);
        if (result != null) {
            out.reply(write.request(), new Answer.Written(result.lsn(), result.outcome()));
            return;
        }
        Lsn entry = id == null ? null : log.entryOf(id);
        if (entry == null) {
            LynseError refusal = refusal();
            if (refusal != null) {
                out.reply(write.request(), new Answer.Refused(refusal));
                return;
            }
            entry = append(id, now);
            out.add(new Effect.Append(entry, fence.epoch(), id, write.payload(), write.frames()));
            out.add(new Effect.Force(entry));
        }
        // A retry that is found in the log is answered when its entry is, not before (rule 9).
        writes.add(entry, write.request(), write.deadlineNanos());
    }

    void read(Event.Read read, long now, Effects out) {
        if (read.consistency() == Event.Consistency.STRONG) reads.addStrong(read, set(), streams.all(), self, now, out);
        else reads.add(read); // everything acknowledged is applied here
        reads.settle(set(), self, log.applied(), out);
    }

    void forced(long now, Effects out) {
        advance(now, out);
    }

    void applied(Lsn lsn, Outcome outcome, Effects out) {
        writes.applied(lsn, outcome, out);
        reads.settle(set(), self, log.applied(), out);
    }

    void received(MemberImage from, ReplicationMessage message, long now, Effects out) {
        OutStream stream = streams.to(from);
        if (stream == null) {
            // Perhaps a wiped disk that the metadata has met already.
            if (message instanceof Report || message instanceof Damaged) proposals.wantToRead();
            return;
        }
        switch (message) {
            case Damaged(_, long number) when number == stream.number() -> copyDamaged(stream, now, out);
            case Report report when report.stream() == stream.number() && !stream.accepted() && stream.phase() != OutStream.Phase.GONE ->
                reported(stream, report, now, out);
            case Ack ack when ack.stream() == stream.number() && stream.accepted() && stream.phase() != OutStream.Phase.GONE ->
                acknowledged(stream, ack, now, out);
            case Gap(_, long number, Lsn next) when number == stream.number() && stream.running() -> {
                stream.heard(now);
                streams.ship(stream, next, now, out);
            }
            case AskToRead(_, long number, long round) when number == stream.number() -> {
                stream.heard(now);
                // A member outside the set may lack what was acknowledged a moment ago; so may this primary, before its inherited log is committed.
                boolean doubted = comparisons.doubts(from);
                if (!doubted && proposals.counts(from) && committed.compareTo(inherited) >= 0) out.send(from, new MayRead(fence, number, round, committed));
            }
            case Confirmed(_, long number, long round) when number == stream.number() -> {
                stream.heard(now);
                reads.confirmed(from, round);
                reads.settle(set(), self, log.applied(), out);
            }
            case Compared compared when compared.stream() == stream.number() && stream.running() && !damaged -> {
                stream.heard(now);
                outvoted |= comparisons.said(from, compared, streams.all(), out);
            }
            default -> {} // late, doubled, or of another stream
        }
    }

    /** Nobody listens at the member's address: no reason to wait for the time-out. */
    void connectionRefused(MemberImage member, long now, Effects out) {
        OutStream stream = streams.to(member);
        if (stream == null) return;
        stream.refused(now);
        if (stream.durable().equals(log.last())) return;
        if (proposals.counts(member)) proposals.leaveOut(member, now, out);
    }

    /** The metadata as of now: an answer to a proposal, or a read. Its epoch is this one. */
    void learn(ShardGroupImage read, long now, Effects out) {
        if (!proposals.learn(read)) return;
        streams.follow(read, now, out);
        reads.settle(set(), self, log.applied(), out);
        advance(now, out);
        countIn(now, out);
    }

    /** A view of this epoch shows that version of the group. */
    void hint(long version) {
        proposals.hint(version);
    }

    void tick(long now, Effects out) {
        if (handingOver && now - handOverUntil >= 0) handingOver = false;
        writes.expire(now, out);
        reads.expire(now, out);
        boolean beat = now - heartbeatAt >= settings.heartbeat().toNanos();
        if (beat) heartbeatAt = now;
        streams.keepUp(beat, committed, log.first(), log.last(), now, out);
        sumUp(now, out);
        reads.askAgain(beat, streams.all(), set(), self, out);
        proposals.tick(slow(now), now, out);
        countIn(now, out);
    }

    /** Leads no more. What was appended may be committed by the next primary, or not. */
    void stepDown(String reason, Effects out) {
        writes.giveUp(reason, out);
        reads.giveUp(reason, out);
        streams.stop(out);
    }

    private Lsn append(@Nullable WriteId id, long now) {
        for (OutStream stream : streams.all()) {
            // Whoever had everything owes progress from now on.
            if (stream.durable().equals(log.last())) stream.due(now);
        }
        Lsn entry = log.last().next();
        log.append(fence.epoch(), entry, id);
        return entry;
    }

    /** A checksum entry now and then: an entry as any other, but no client waits for it. Whoever owes a checksum is asked again. */
    private void sumUp(long now, Effects out) {
        if (damaged) return;
        comparisons.tick(streams.all(), now, out);
        if (!comparisons.isDue(committed, now) || refusal() != null) return;
        Lsn entry = append(null, now);
        comparisons.appended(entry, now);
        out.add(new Effect.AppendChecksum(entry, fence.epoch()));
        out.add(new Effect.Force(entry));
    }

    private @Nullable LynseError refusal() {
        if (handingOver) return new LynseError.NotPrimary(fence.group(), "it is handing over to another member");
        if (!proposals.isLargeEnough()) {
            return new LynseError.Unavailable(
                    "shard group " + fence.group() + " has " + set().counted().size() + " active members, min_active_members is " + durability.minActiveMembers(),
                    RETRY_AFTER);
        }
        if (log.last().value() - committed.value() >= settings.waitingWritesMax()) {
            return new LynseError.Overloaded("too many writes wait for the replicas of shard group " + fence.group(), RETRY_AFTER);
        }
        return null;
    }

    private void reported(OutStream stream, Report report, long now, Effects out) {
        Lsn keep = EpochHistory.shared(report.history(), log.history());
        boolean unusable = keep.compareTo(report.applied()) < 0 || keep.next().compareTo(log.first()) < 0;
        // Whoever is waited for had all that is committed on its disk: this is an older copy of it.
        boolean lost = keep.compareTo(committed) < 0;
        if (unusable || proposals.counts(stream.member()) && lost) {
            replace(stream, now, out);
        } else {
            stream.accept(keep, now);
            out.send(stream.member(), new Accept(fence, stream.number(), keep));
        }
    }

    /** That member's copy is of no use here. */
    private void replace(OutStream stream, long now, Effects out) {
        comparisons.forget(stream.member());
        if (proposals.counts(stream.member())) {
            // Its copy is about to go, or lacks what it acknowledged: nobody may count on it any more.
            stream.heard(now);
            proposals.giveUpCopy(stream.member(), now, out);
        } else if (damaged) {
            stream.heard(now); // it waits for a primary that has something to give
        } else {
            stream.takesFiles(now);
            out.send(stream.member(), new TakeFiles(fence, stream.number()));
        }
    }

    private void copyDamaged(OutStream stream, long now, Effects out) {
        if (stream.phase() == OutStream.Phase.TAKING_FILES) return; // said before that, and late
        boolean counted = proposals.counts(stream.member());
        boolean insteadOfReport = stream.phase() == OutStream.Phase.GREETED && !stream.accepted();
        if (counted || !insteadOfReport) {
            if (stream.running()) out.add(new Effect.StopShipping(stream.member()));
            stream.gone(now); // greeted anew, it will say so again
        }
        comparisons.forget(stream.member());
        if (counted || insteadOfReport) replace(stream, now, out);
    }

    private void acknowledged(OutStream stream, Ack ack, long now, Effects out) {
        boolean begins = !stream.running();
        if (begins && stream.phase() == OutStream.Phase.TAKING_FILES) return; // late: that copy is given up
        stream.runs();
        boolean more = stream.acknowledged(ack.durable(), ack.next(), ack.frames(), now);
        if (begins) streams.ship(stream, stream.keep().next(), now, out);
        if (more) advance(now, out);
        countIn(now, out);
    }

    /** Commits what everybody whom it waits for has on disk, and applies it. */
    private void advance(long now, Effects out) {
        Lsn everywhere = streams.everywhere(set().counted(), log.durable());
        // Of its own entries it commits none with fewer members than a write must reach. What it inherited is committed all the same: reads wait for it.
        if (!proposals.isLargeEnough()) everywhere = EpochHistory.earlier(everywhere, inherited);
        if (everywhere.compareTo(committed) <= 0) return;
        committed = everywhere;
        if (log.order(committed)) out.add(new Effect.Apply(committed));
        heartbeatAt = now;
        streams.tell(committed, out);
    }

    /** Level means: has the inherited log and all that is committed (rule 3). Checking, counting in and proposing are one step. */
    private void countIn(long now, Effects out) {
        if (!durability.mirrors() || set().asked() != null) return;
        Lsn level = EpochHistory.later(committed, inherited);
        for (OutStream stream : streams.all()) {
            if (!stream.running() || set().counts(stream.member()) || stream.durable().compareTo(level) < 0) continue;
            // Who is away while nothing is written owes no entry, and would keep the next read or write waiting all the same.
            if (owes(stream, now) || now - stream.heardAt() >= settings.replicationTimeout().toNanos()) continue;
            stream.due(now);
            proposals.countIn(stream.member(), now, out);
            return; // one at a time: the next needs the version after this one
        }
    }

    /** Whom it should stop waiting for: who owes entries, or its word for a read, and has made no progress for too long. */
    private @Nullable MemberImage slow(long now) {
        if (!durability.mirrors()) return null;
        for (MemberImage member : set().counted()) {
            OutStream stream = streams.to(member);
            if (stream == null) continue;
            if (owes(stream, now) || reads.hasWaitedFor(member, settings.replicationTimeout(), now)) return member;
        }
        return null;
    }

    /** Whether the member lacks entries and has made no progress for too long. */
    private boolean owes(OutStream stream, long now) {
        return !stream.durable().equals(log.last()) && now - stream.movedAt() >= settings.replicationTimeout().toNanos();
    }
}
