package io.lynse.coordinator.operate;

import io.lynse.coordinator.failover.ForcedPromotion;
import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;

/** An operator's promotion of a member that may lack acknowledged writes, when no other can lead any more. */
public final class ForcedPromoter {

    private static final Duration ASK = Duration.ofSeconds(5);

    /** How long the members are told of it before the operator hears who has not been reached. */
    private static final Duration TELL = Duration.ofSeconds(8);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final MetadataAuthority authority;
    private final LedCommands commands;
    private final ShardClients shards;
    private final String coordinatorUri;

    public ForcedPromoter(MetadataAuthority authority, LedCommands commands, ShardClients shards, String coordinatorUri) {
        this.authority = authority;
        this.commands = commands;
        this.shards = shards;
        this.coordinatorUri = coordinatorUri;
    }

    /**
     * @param lossAccepted whether the operator takes the loss; without it nothing is done, and the refusal says what may be lost
     * @return who knows of it, and who does not yet
     * @throws LynseException NotFound, InvalidArgument ({@code to}, {@code accept_data_loss}), Conflict (a primary leads, or that member's copy leads nobody)
     */
    public ForcedPromotion run(ShardGroupId id, NodeAddress to, boolean lossAccepted, Deadline deadline) {
        ShardGroupImage group = Groups.named(authority, id, deadline);
        MemberImage candidate = Groups.member(group, "to", to);
        if (Groups.leads(group, asked(group.primary(), deadline))) {
            throw Groups.conflict(group.primary() + " leads shard group " + id + ": switch over, which loses nothing");
        }
        NodeReport report = usable(candidate, deadline);
        if (!lossAccepted) throw new LynseException(LynseError.invalid("accept_data_loss", loss(group, candidate, report)));
        ClusterImage after = commands.propose(new Command.ForcePromote(id, candidate, group.epoch(), report.seenEpoch()), deadline).image();
        return tell(ForcedPromotion.of(after.group(id)), deadline.atMost(TELL));
    }

    private ProbeOutcome asked(MemberImage member, Deadline deadline) {
        return shards.at(member.uri()).probe(deadline.atMost(ASK));
    }

    private NodeReport usable(MemberImage candidate, Deadline deadline) {
        if (!(asked(candidate, deadline) instanceof ProbeOutcome.Answered(NodeReport report))) {
            throw new LynseException(LynseError.invalid("to", "to: " + candidate + " does not answer"));
        }
        if (!candidate.is(report.nodeId())) throw Groups.conflict("node " + report.nodeId() + " answers at the address of " + candidate + ", which it is not");
        if (report.copy() != CopyState.WHOLE) throw Groups.conflict("the copy of " + candidate + " is " + report.copy().text() + ": " + report.trouble());
        return report;
    }

    private static String loss(ShardGroupImage group, MemberImage candidate, NodeReport report) {
        String what = group.activeMembers().contains(candidate)
                ? "it is active, so it has every acknowledged write, but not those which the others acknowledge before they hear of this"
                : "it missed acknowledged writes: all that it lacks beyond LSN " + report.lastLsn() + " is lost for good, and so is what the others acknowledge before they hear of this";
        return "accept_data_loss: promoting " + candidate + " of shard group " + group.id() + " by force may lose writes. " + what
                + ". If " + group.primary() + " can be brought back, start it instead. To go on, set accept_data_loss to true";
    }

    private ForcedPromotion tell(ForcedPromotion begun, Deadline deadline) {
        ForcedPromotion now = begun;
        while (true) {
            ClusterImage image = authority.image();
            var view = new View(image, image.group(now.group()), coordinatorUri, authority.owners());
            for (MemberImage member : List.copyOf(now.unconfirmed())) {
                if (shards.at(member.uri()).probe(view, deadline.atMost(ASK)) instanceof ProbeOutcome.Answered(NodeReport said) && member.is(said.nodeId())) {
                    now = now.told(member, said.seenEpoch());
                }
            }
            if (now.isKnownToAll() || deadline.passed()) return now;
            authority.otherThan(image, deadline.atMost(PAUSE));
        }
    }
}
