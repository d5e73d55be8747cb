package io.lynse.coordinator.failover;

import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.GroupFence;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes another active member the primary of a group whose primary leads. It takes no new write until all is committed; then the metadata
 * decides, and the two are shown the new view. Requests that come meanwhile are not done and asked again elsewhere, so a client only waits.
 */
public final class Switchover {

    private static final Logger log = LoggerFactory.getLogger(Switchover.class);

    /** A primary that takes longer waits for a member that hangs: its writes should not wait for this, too. */
    private static final Duration HAND_OVER = Duration.ofSeconds(2);

    private static final Duration SHOW = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final MetadataAuthority authority;
    private final ShardClients shards;
    private final String coordinatorUri;

    /** @param coordinatorUri where nodes reach this coordinator */
    public Switchover(MetadataAuthority authority, ShardClients shards, String coordinatorUri) {
        this.authority = authority;
        this.shards = shards;
        this.coordinatorUri = coordinatorUri;
    }

    /**
     * @param group as it was decided upon
     * @param lease under which it was decided
     * @return the group under its new primary
     * @throws LynseException why the primary goes on; OutcomeUnknown if nobody knows which one leads
     */
    public ShardGroupImage run(ShardGroupImage group, Promote next, LeaseEpoch lease, Deadline deadline) {
        var fence = new GroupFence(group.id(), group.epoch());
        ShardClient primary = shards.at(group.primary().uri());
        ClusterImage after;
        try {
            if (!primary.handOver(fence, true, deadline.atMost(HAND_OVER))) {
                throw new LynseException(new LynseError.Unavailable(group.primary() + " has not got everything committed in time", RETRY_AFTER));
            }
            var command = new Command.SwitchOver(next.group(), next.candidate(), next.expected(), next.seen());
            after = authority.propose(new Command.Led(lease, command), deadline).image();
        } catch (LynseException failed) {
            goOn(primary, fence);
            throw failed;
        }
        ShardGroupImage now = after.group(group.id());
        log.atInfo().addKeyValue("group", group.id()).addKeyValue("node", next.candidate().uri()).addKeyValue("epoch", now.epoch()).log("primary switched over");
        show(after, now, next.candidate());
        show(after, now, group.primary());
        return now;
    }

    /** Else it would by itself, later. One that is not the primary any more has nothing to take back. */
    private static void goOn(ShardClient primary, GroupFence fence) {
        try {
            boolean _ = primary.handOver(fence, false, Deadline.after(SHOW));
        } catch (LynseException gone) {
            log.atDebug().addKeyValue("node", primary.address()).addKeyValue("reason", gone.error().message()).log("not told to go on");
        }
    }

    /** At once, because requests wait for it; whom it does not reach the next probe does. */
    private void show(ClusterImage image, ShardGroupImage group, MemberImage member) {
        shards.at(member.uri()).probe(new View(image, group, coordinatorUri, authority.owners()), Deadline.after(SHOW));
    }
}
