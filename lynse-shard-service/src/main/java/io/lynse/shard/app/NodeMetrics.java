package io.lynse.shard.app;

import io.lynse.engine.Engine;
import io.lynse.engine.log.Claim;
import io.lynse.engine.space.DiskLevel;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.shard.membership.MembershipPolicy;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Role;
import io.lynse.shard.recovery.CatchUp;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What a shard node shows of itself at {@code /metrics}, besides what the HTTP layer counts. Read when it is scraped. */
final class NodeMetrics implements MeterBinder {

    private final Engine engine;
    private final NodeMembership membership;
    private final CatchUp catchUp;

    NodeMetrics(Engine engine, NodeMembership membership, CatchUp catchUp) {
        this.engine = engine;
        this.membership = membership;
        this.catchUp = catchUp;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        // The original's names (wire contract 3). Whatever exists is open here.
        FunctionCounter.builder("lynsedb.open.databases", engine, node -> node.quarantine() != null ? 0 : node.catalog().databases().size()).register(registry);
        FunctionCounter.builder("lynsedb.open.collections", engine, node -> node.quarantine() != null ? 0 : node.catalog().collections().size()).register(registry);
        ToDoubleFunction<Engine> disk = node -> DiskUse.bytes(node.directory());
        ToDoubleFunction<Engine> wal = node -> DiskUse.bytes(node.directory().resolve("log"));
        Gauge.builder("lynsedb.storage.disk", engine, disk).baseUnit("bytes").register(registry);
        Gauge.builder("lynsedb.storage.wal", engine, wal).baseUnit("bytes").register(registry);
        Gauge.builder("lynsedb.storage.index", engine, node -> DiskUse.bytes(node.directory().resolve("collections"))).baseUnit("bytes").register(registry);

        engine(registry, "lynse.last.lsn", node -> node.lastLsn().value(), "position of the last appended log entry");
        engine(registry, "lynse.applied.lsn", node -> node.appliedLsn().value(), "position of the last applied log entry");
        engine(registry, "lynse.rows", node -> sum(node, CollectionStats::rows), "stored rows, tombstoned ones included");
        engine(registry, "lynse.tombstones", node -> sum(node, CollectionStats::tombstones), "rows that are deleted and not compacted");

        engine(registry, "lynse.quarantined", node -> node.quarantine() != null ? 1 : 0, "1 while this node's copy is damaged and serves nothing");
        engine(registry, "lynse.unavailable.collections", node -> node.unavailableCollections().size(), "collections that answer nothing because their files failed");
        FunctionCounter.builder("lynse.scrubbed", engine, node -> node.scrubbed().bytes()).baseUnit("bytes")
                .description("files and rows that were read again to find what the disk altered").register(registry);
        FunctionCounter.builder("lynse.scrub.passes", engine, node -> node.scrubbed().passes()).description("times that all of them were read again").register(registry);
        engine(registry, "lynse.copy.given.up", node -> node.givenUp() != null ? 1 : 0, "1 while this node's copy is known to be bad and waits for another member's files");
        disk(registry);
        log(registry);
        engine(registry, "lynse.log.stalled", node -> node.isStalled() ? 1 : 0, "1 while the log waits for room on a full disk");

        Gauge.builder("lynse.catch.up.done", catchUp, copy -> copy.progress().bytesDone()).baseUnit("bytes")
                .description("bytes of another member's checkpoint that lie here, while they are fetched").register(registry);
        Gauge.builder("lynse.catch.up.total", catchUp, copy -> copy.progress().bytesTotal()).baseUnit("bytes")
                .description("bytes of that checkpoint, 0: none is fetched").register(registry);

        Gauge.builder("lynse.primary.epoch", membership, node -> node.situation().leading().value())
                .description("primary epoch that this node writes in, 0: none").register(registry);
        Gauge.builder("lynse.seen.epoch", membership, node -> node.situation().standing().seen().value())
                .description("highest primary epoch that this node has heard of").register(registry);
        for (Role role : Role.values()) {
            Gauge.builder("lynse.role", membership, node -> MembershipPolicy.role(node.situation()) == role ? 1 : 0)
                    .tag("role", role.text()).description("1 for the role this node has").register(registry);
        }
    }

    private void disk(MeterRegistry registry) {
        for (DiskLevel level : DiskLevel.values()) {
            Gauge.builder("lynse.disk.level", engine, served(node -> node.disk().level() == level ? 1 : 0))
                    .tag("level", level.text()).description("1 for the level of the disk's free space; full: writes are refused").register(registry);
        }
        Gauge.builder("lynse.disk.free", engine, served(node -> node.disk().freeBytes())).baseUnit("bytes").register(registry);
        Gauge.builder("lynse.disk.soft.free", engine, served(node -> node.disk().watermarks().softFreeBytes()))
                .baseUnit("bytes").description("free space below which the disk is low").register(registry);
        Gauge.builder("lynse.disk.hard.free", engine, served(node -> node.disk().watermarks().hardFreeBytes()))
                .baseUnit("bytes").description("free space below which writes are refused").register(registry);
    }

    private void log(MeterRegistry registry) {
        Gauge.builder("lynse.log", engine, served(node -> node.keptLog().bytes())).baseUnit("bytes").description("segments of the log").register(registry);
        held(registry, "checkpoint", Claim.Checkpoint.class);
        held(registry, "follower", Claim.Follower.class);
        held(registry, "pin", Claim.Pin.class);
    }

    private void held(MeterRegistry registry, String holder, Class<? extends Claim> kind) {
        Gauge.builder("lynse.log.held", engine, served(node -> node.keptLog().bytesFor(kind))).baseUnit("bytes").tag("holder", holder)
                .description("log from the oldest entry on that a restart, the slowest follower or a copy needs").register(registry);
    }

    /** No number while the copy is damaged, or being replaced by another. */
    private static ToDoubleFunction<Engine> served(ToDoubleFunction<Engine> value) {
        return node -> node.quarantine() != null ? Double.NaN : value.applyAsDouble(node);
    }

    private void engine(MeterRegistry registry, String name, ToDoubleFunction<Engine> value, String description) {
        Gauge.builder(name, engine, value).description(description).register(registry);
    }

    private static double sum(Engine engine, ToLongFunction<CollectionStats> count) {
        if (engine.quarantine() != null) return 0;
        long sum = 0;
        for (CollectionInfo info : engine.catalog().collections()) {
            try {
                sum += count.applyAsLong(engine.stats(info.id(), false));
            } catch (LynseException unavailable) {
                // Dropped since, or a collection whose files are damaged: the others are still counted.
            }
        }
        return sum;
    }
}
