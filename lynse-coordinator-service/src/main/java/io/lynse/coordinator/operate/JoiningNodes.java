package io.lynse.coordinator.operate;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Deadline;
import io.lynse.model.Lsn;
import io.lynse.model.ShardGroupId;
import java.time.Duration;

/** Looks at nodes that are to become members: one that would refuse to join is told of before anything is changed. */
final class JoiningNodes {

    /** An operator would rather wait than ask again because a machine was busy. */
    private static final Duration ASK = Duration.ofSeconds(10);

    private final ShardClients shards;

    JoiningNodes(ShardClients shards) {
        this.shards = shards;
    }

    /**
     * @param field names the node in the request
     * @param group which it is to join; one that was a member of it before may hold what it held
     * @throws LynseException InvalidArgument if it does not answer; Conflict if it belongs elsewhere or was written to by itself
     */
    void require(String field, NodeAddress node, ShardGroupId group, ClusterImage image, Deadline deadline) {
        boolean isMember = image.groups().values().stream().flatMap(known -> known.members().stream()).map(MemberImage::uri).anyMatch(node.uri()::equals);
        if (isMember) return; // of which group is decided with the command
        switch (shards.at(node.uri()).probe(deadline.atMost(ASK))) {
            case ProbeOutcome.Answered(NodeReport report) -> require(node, report, group, image);
            case ProbeOutcome.Refused(_, String reason) -> throw invalid(field, node + " cannot be used: " + reason);
            case ProbeOutcome.NoAnswer(String reason, _) -> throw invalid(field, node + " does not answer: " + reason);
        }
    }

    private static void require(NodeAddress node, NodeReport report, ShardGroupId group, ClusterImage image) {
        if (report.clusterId().isEmpty()) {
            if (!report.lastLsn().equals(Lsn.NONE)) {
                throw Groups.conflict(node + " was written to by itself, and this cluster does not know what it holds: a new member begins with an empty data directory");
            }
        } else if (!report.clusterId().equals(image.clusterId())) {
            throw Groups.conflict(node + " belongs to cluster " + report.clusterId() + ": a new member begins with an empty data directory");
        } else if (!report.group().equals(group.value())) {
            throw Groups.conflict(node + " belongs to shard group " + report.group() + " of this cluster: a member of another group begins with an empty data directory");
        }
    }

    private static LynseException invalid(String field, String reason) {
        return new LynseException(LynseError.invalid(field, field + ": " + reason));
    }
}
