package io.lynse.coordinator.health;

import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one member now.
 *
 * @param state   {@code healthy}, {@code suspect} (silent, but not often enough), {@code unhealthy}, or what is wrong: {@code wrong_key},
 *                {@code wrong_version}, {@code grpc_unreachable}, {@code other_cluster}, {@code other_node}, {@code not_joined},
 *                {@code copied_node}
 * @param reason  for people; empty: nothing to say
 * @param breaker {@code closed} or {@code open}
 * @param report  the last answer; null: none since the last silence
 */
public record NodeStatus(MemberImage member, String state, String reason, String breaker, @Nullable NodeReport report) {

    static final String HEALTHY = "healthy";

    private static final String OTHER_NODE = "other_node";

    /** Judges an answer: is this the member that the image means, and does it follow this cluster? @param unhealthy whether its breaker is open */
    static NodeStatus of(MemberImage member, ProbeResult result, boolean unhealthy, String clusterId, Epoch epoch) {
        String open = unhealthy ? "open" : "closed";
        return switch (result) {
            case ProbeResult.Silent(String reason) -> new NodeStatus(member, unhealthy ? "unhealthy" : "suspect", reason, open, null);
            case ProbeResult.NobodyListens(String reason) -> new NodeStatus(member, unhealthy ? "unhealthy" : "suspect", reason, open, null);
            case ProbeResult.HttpOnly(String reason) -> new NodeStatus(member, "grpc_unreachable", reason, open, null);
            case ProbeResult.Refused(String state, String reason) -> new NodeStatus(member, state, reason, open, null);
            case ProbeResult.Answered(NodeReport report) -> judged(member, report, open, clusterId, epoch);
        };
    }

    private static NodeStatus judged(MemberImage member, NodeReport report, String breaker, String clusterId, Epoch epoch) {
        if (!report.clusterId().isEmpty() && !report.clusterId().equals(clusterId)) {
            String reason = "it belongs to cluster " + report.clusterId() + ", this is " + clusterId
                    + "; start it on an empty data directory, or give this coordinator that cluster's state";
            return new NodeStatus(member, "other_cluster", reason, breaker, report);
        }
        NodeId expected = member.nodeId();
        if (expected != null && !expected.equals(report.nodeId())) {
            String reason = "node " + report.nodeId() + " answers at its address, the cluster waits for node " + expected
                    + ": a wiped or swapped data directory; put the old one back";
            return new NodeStatus(member, OTHER_NODE, reason, breaker, report);
        }
        // A node that has seen a later epoch than the view's does not take the view, but will once it is promoted above it.
        boolean waitsForEpoch = report.seenEpoch().compareTo(epoch) > 0;
        if (report.clusterId().isEmpty() && !waitsForEpoch) return new NodeStatus(member, "not_joined", report.trouble(), breaker, report);
        return new NodeStatus(member, HEALTHY, report.trouble(), breaker, report);
    }

    /** The same, with what the metadata said when the node was to join. */
    NodeStatus copied(String refusal) {
        return new NodeStatus(member, "copied_node", refusal, breaker, report);
    }

    /** Whether somebody else's disk is at this member's address. */
    boolean isAnotherNode() {
        return state.equals(OTHER_NODE);
    }

    public boolean healthy() {
        return state.equals(HEALTHY);
    }
}
