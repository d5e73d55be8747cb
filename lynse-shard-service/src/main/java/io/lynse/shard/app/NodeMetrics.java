package io.lynse.shard.app;

import io.lynse.engine.Engine;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.shard.grpc.ByteBudget;
import io.lynse.shard.membership.MembershipPolicy;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Role;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What a shard node shows of itself at {@code /metrics}, besides what the HTTP layer counts. */
final class NodeMetrics implements MeterBinder {

    private final Engine engine;
    private final NodeMembership membership;
    private final ByteBudget budget;

    NodeMetrics(Engine engine, NodeMembership membership, ByteBudget budget) {
        this.engine = engine;
        this.membership = membership;
        this.budget = budget;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("lynse_last_lsn", engine, node -> node.lastLsn().value()).description("position of the last appended log entry").register(registry);
        Gauge.builder("lynse_applied_lsn", engine, node -> node.appliedLsn().value()).description("position of the last applied log entry").register(registry);
        Gauge.builder("lynse_rows", engine, node -> rows(node, CollectionStats::rows)).description("stored rows, tombstoned ones included").register(registry);
        Gauge.builder("lynse_tombstones", engine, node -> rows(node, CollectionStats::tombstones)).description("rows that are deleted and not compacted").register(registry);
        Gauge.builder("lynse_primary_epoch", membership, node -> node.situation().leading().value())
                .description("primary epoch that this node writes in, 0: none").register(registry);
        Gauge.builder("lynse_seen_epoch", membership, node -> node.situation().standing().seen().value())
                .description("highest primary epoch that this node has heard of").register(registry);
        for (Role role : Role.values()) {
            Gauge.builder("lynse_role", membership, node -> MembershipPolicy.role(node.situation()) == role ? 1 : 0)
                    .tag("role", role.text()).description("1 for the role this node has").register(registry);
        }
        Gauge.builder("lynse_grpc_request_bytes", budget, ByteBudget::taken).description("bytes of gRPC requests held now").register(registry);
    }

    private static double rows(Engine engine, java.util.function.ToLongFunction<CollectionStats> count) {
        long sum = 0;
        for (CollectionInfo info : engine.catalog().collections()) sum += count.applyAsLong(engine.stats(info.id(), false));
        return sum;
    }
}
