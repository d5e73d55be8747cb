package io.lynse.coordinator.health;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.wire.v1.ProbeReply;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one member now.
 *
 * @param state   {@code healthy}, {@code suspect} (silent, but not often enough), {@code unhealthy}, or what is wrong: {@code wrong_key},
 *                {@code wrong_version}, {@code grpc_unreachable}, {@code other_cluster}, {@code other_node}, {@code not_joined},
 *                {@code copied_node}
 * @param reason  for people; empty: nothing to say
 * @param breaker {@code closed} or {@code open}
 * @param reply   the last answer; null: none since the last silence
 */
public record NodeStatus(MemberImage member, String state, String reason, String breaker, @Nullable ProbeReply reply) {

    static final String HEALTHY = "healthy";

    /** Judges an answer: is this the member that the image means, and does it follow this cluster? */
    static NodeStatus of(MemberImage member, ProbeResult result, NodeBreaker breaker, String clusterId, Epoch epoch) {
        String open = breaker.state();
        return switch (result) {
            case ProbeResult.Silent(String reason) -> new NodeStatus(member, breaker.open() ? "unhealthy" : "suspect", reason, open, null);
            case ProbeResult.HttpOnly(String reason) -> new NodeStatus(member, "grpc_unreachable", reason, open, null);
            case ProbeResult.Refused(String state, String reason) -> new NodeStatus(member, state, reason, open, null);
            case ProbeResult.Answered(ProbeReply reply) -> judged(member, reply, open, clusterId, epoch);
        };
    }

    private static NodeStatus judged(MemberImage member, ProbeReply reply, String breaker, String clusterId, Epoch epoch) {
        if (!reply.getClusterId().isEmpty() && !reply.getClusterId().equals(clusterId)) {
            String reason = "it belongs to cluster " + reply.getClusterId() + ", this is " + clusterId
                    + "; start it on an empty data directory, or give this coordinator that cluster's state";
            return new NodeStatus(member, "other_cluster", reason, breaker, reply);
        }
        NodeId expected = member.nodeId();
        if (expected != null && !expected.value().equals(reply.getNodeId())) {
            String reason = "node " + reply.getNodeId() + " answers at its address, the cluster waits for node " + expected
                    + ": a wiped or swapped data directory; put the old one back";
            return new NodeStatus(member, "other_node", reason, breaker, reply);
        }
        // A node that has seen a later epoch than the view's does not take the view, but will once it is promoted above it.
        boolean waitsForEpoch = reply.getSeenEpoch() > epoch.value();
        if (reply.getClusterId().isEmpty() && !waitsForEpoch) return new NodeStatus(member, "not_joined", reply.getTrouble(), breaker, reply);
        return new NodeStatus(member, HEALTHY, reply.getTrouble(), breaker, reply);
    }

    /** @throws IllegalStateException if the node did not answer */
    ProbeReply requireReply() {
        if (reply == null) throw new IllegalStateException(member + " gave no answer");
        return reply;
    }

    public boolean healthy() {
        return state.equals(HEALTHY);
    }
}
