package io.lynse.coordinator.shardclient;

import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.wire.v1.ProbeReply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself when it is probed.
 *
 * @param release      version of its software
 * @param clusterId    empty: it never joined one
 * @param group        of that cluster; empty as well
 * @param canLead      whether it writes in its view's epoch, now
 * @param role         {@code standalone}, {@code primary}, {@code replica}
 * @param largestStamp clock of the largest order stamp stored
 * @param largestCollectionId of the collections stored; 0: there are none
 * @param copy         what it knows of its own copy
 * @param primarySilence since it last heard the primary of its epoch, or could have; of a primary zero
 * @param primaryRefuses whether nobody listened at that primary's address since
 * @param draining     whether it is being stopped
 * @param trouble      why it cannot lead, for people; empty: nothing
 * @param files        null: none are taken
 */
public record NodeReport(
        NodeId nodeId,
        String release,
        String clusterId,
        String group,
        Epoch seenEpoch,
        Epoch ledEpoch,
        boolean canLead,
        String role,
        Lsn lastLsn,
        Lsn committedLsn,
        long largestStamp,
        long largestCollectionId,
        CopyState copy,
        Duration primarySilence,
        boolean primaryRefuses,
        boolean draining,
        String trouble,
        @Nullable FilesTaken files) {

    static NodeReport of(ProbeReply reply) {
        return new NodeReport(
                new NodeId(reply.getNodeId()),
                reply.getVersion(),
                reply.getClusterId(),
                reply.getGroup(),
                new Epoch(reply.getSeenEpoch()),
                new Epoch(reply.getLedEpoch()),
                reply.getCanLead(),
                reply.getRole(),
                new Lsn(reply.getLastLsn()),
                new Lsn(reply.getCommittedLsn()),
                reply.getLargestStamp(),
                reply.getLargestCollectionId(),
                CopyState.named(reply.getCopy()),
                Duration.ofMillis(reply.getPrimarySilentMillis()),
                reply.getPrimaryRefuses(),
                reply.getDraining(),
                reply.getTrouble(),
                reply.hasFiles() ? FilesTaken.of(reply.getFiles()) : null);
    }
}
