package io.lynse.shard.bench;

import io.lynse.model.HybridClock;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.shard.entry.Entry;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.MarkRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The write requests of the benchmark as entries of the log, made before the clock runs. */
final class Requests {

    /** Rows of one request. */
    static final int BATCH = 1_000;

    private final Embeddings data;
    private final HybridClock clock = new HybridClock(System::currentTimeMillis);

    Requests(Embeddings data) {
        this.data = data;
    }

    /** Every row once, in float32, with its fields. @param firstId the rows' numbers count from there */
    List<Entry> add(long firstId) {
        return batches(WriteKind.ADD, firstId, 0);
    }

    /** Rows that were added from id 0 on, each with its neighbour's vector. */
    List<Entry> upsertAll() {
        return batches(WriteKind.UPSERT, 0, 1);
    }

    /** One new row per request, with ids above those of all rows. */
    List<Entry> single(int count) {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < count; i++) {
            int row = i % data.rows().count();
            entries.add(write(WriteKind.ADD, Ids.range(data.rows().count() + (long) i, 1), new int[] {row}, new int[] {row}));
        }
        return entries;
    }

    /** Tombstones for every row. */
    List<Entry> deleteAll() {
        var entries = new ArrayList<Entry>();
        for (int from = 0; from < data.rows().count(); from += BATCH) {
            var rows = MarkRows.newBuilder().setCollectionId(BenchNode.COLLECTION.value()).setIds(Wire.ids(Ids.range(from, count(from)))).setDeleted(true);
            entries.add(Entry.of(EntryType.MARK_ROWS, rows.build()));
        }
        return entries;
    }

    private List<Entry> batches(WriteKind kind, long firstId, int shift) {
        var entries = new ArrayList<Entry>();
        for (int from = 0; from < data.rows().count(); from += BATCH) {
            var rows = new int[count(from)];
            var vectors = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = from + i;
                vectors[i] = (from + i + shift) % data.rows().count();
            }
            entries.add(write(kind, Ids.range(firstId + from, rows.length), rows, vectors));
        }
        return entries;
    }

    private Entry write(WriteKind kind, Ids ids, int[] fieldRows, int[] vectorRows) {
        var vectors = new float[vectorRows.length][];
        List<@Nullable Fields> fields = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = data.rows().row(vectorRows[i]);
            fields.add(data.fields(fieldRows[i]));
        }
        var batch = new RowBatch(kind, Vectors.of(vectors), ids, FieldBlock.of(fields));
        return Entry.of(EntryType.WRITE_ROWS, Wire.writeRows(BenchNode.COLLECTION, batch, clock.next(), writeId()));
    }

    private int count(int from) {
        return Math.min(BATCH, data.rows().count() - from);
    }

    private static byte[] writeId() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
    }
}
