package io.lynse.shard.database;

import com.google.protobuf.MessageLite;
import io.lynse.engine.Applied.RowsCompacted;
import io.lynse.engine.Applied.RowsWritten;
import io.lynse.engine.Engine;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.BatchRules;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.HybridClock;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.RequestDigest;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import io.lynse.model.WriteKind;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.EntryType;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes of rows, as entries of this node's own log. */
final class RowWrites {

    private final Engine engine;
    private final OwnEntries entries;
    private final HybridClock clock;
    private final CollectionLimits limits;

    RowWrites(Engine engine, OwnEntries entries, HybridClock clock, CollectionLimits limits) {
        this.engine = engine;
        this.entries = entries;
        this.clock = clock;
        this.limits = limits;
    }

    Ids write(CollectionInfo collection, RowBatch batch, @Nullable IdempotencyKey key, RequestMemory memory, Deadline deadline) {
        if (batch.count() == 0) return Ids.NONE;
        checkBatch(collection, batch);
        RequestId request = key == null ? nameless() : new RequestId(key.writeId(collection.id(), ""), RequestDigest.of(batch));
        // One that came before changes nothing, so it exceeds nothing.
        if (key == null || !engine.knows(request)) checkLimits(collection, batch);
        BulkMessage rows = Wire.rowsEntry(collection.id(), batch, clock.next(), request);
        return OwnEntries.expect(RowsWritten.class, entries.apply(EntryType.WRITE_ROWS, rows, memory, deadline)).ids();
    }

    /** Decided again when the entry is applied, but a refusal then is remembered, and takes the key. */
    private static void checkBatch(CollectionInfo collection, RowBatch batch) {
        int dimension = collection.dimension();
        int given = batch.vectors().dimension();
        if (dimension != 0 && dimension != given) {
            throw new LynseException(LynseError.invalid("vectors", "Dimension mismatch: expected " + dimension + ", got " + given));
        }
        BatchRules.check(batch, collection.elementType());
    }

    private void checkLimits(CollectionInfo collection, RowBatch batch) {
        if (limits.equals(CollectionLimits.NONE)) return;
        CollectionStats stats = engine.stats(collection.id(), false);
        long rowBytes = (long) batch.vectors().dimension() * collection.elementType().bytes();
        try {
            limits.check(stats, batch.count(), rowBytes);
        } catch (LynseException exceeded) {
            // Rows that an upsert replaces take no room; looking them up is worth it only here, at the limit.
            if (batch.kind() == WriteKind.ADD) throw exceeded;
            limits.check(stats, newRows(collection.id(), batch), rowBytes);
        }
    }

    private long newRows(CollectionId collection, RowBatch batch) {
        Ids ids = batch.ids();
        if (ids == null) return batch.count();
        return ids.toList().stream().filter(id -> !engine.hasRow(collection, id)).count();
    }

    void mark(CollectionId collection, Ids ids, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline) {
        if (ids.size() == 0) return;
        RequestId request = key == null ? nameless() : new RequestId(key.writeId(collection, ""), RequestDigest.of(ids, deleted));
        entries.apply(EntryType.MARK_ROWS, Wire.markRows(collection, ids, deleted, request), deadline);
    }

    long compact(CollectionId collection, Deadline deadline) {
        MessageLite compact = Compact.newBuilder().setCollectionId(collection.value()).build();
        return OwnEntries.expect(RowsCompacted.class, entries.apply(EntryType.COMPACT, compact, deadline)).removed();
    }

    /** Of a request that has no key. */
    private static RequestId nameless() {
        UUID id = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(RequestId.WRITE_ID_BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
        return new RequestId(bytes, 0);
    }
}
