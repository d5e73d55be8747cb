package io.lynse.coordinator.write;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** Parts of a batch, and what must hold of the whole before any part is sent. */
final class BatchParts {

    private BatchParts() {}

    /** The rows at these places, which keep their place in the client's request. */
    static RowBatch pick(RowBatch batch, Ids ids, int[] rows) {
        boolean whole = rows.length == batch.count();
        if (whole && ids.equals(batch.ids())) return batch;
        return new RowBatch(
                batch.kind(),
                whole ? batch.vectors() : pick(batch.vectors(), rows),
                whole ? ids : ids.pick(rows),
                whole ? batch.fields() : batch.fields().pick(rows),
                Arrays.stream(rows).map(batch::place).toArray());
    }

    private static Vectors pick(Vectors vectors, int[] rows) {
        int width = vectors.rowBytes();
        ByteBuffer data = vectors.data();
        ByteBuffer picked = ByteBuffer.allocate(rows.length * width);
        for (int i = 0; i < rows.length; i++) picked.put(i * width, data, rows[i] * width, width);
        return new Vectors(rows.length, vectors.dimension(), vectors.encoding(), picked);
    }

    /**
     * Both copies of a repeated id go to the same group, which would refuse them; the other groups' rows would be in by then.
     * @throws LynseException InvalidArgument naming the id
     */
    static void refuseRepeats(Ids ids) {
        RowId repeated = firstRepeated(ids);
        if (repeated != null) {
            throw new LynseException(LynseError.invalid("ids", "Invalid argument: duplicate external id " + repeated + " within the same insert batch"));
        }
    }

    private static @Nullable RowId firstRepeated(Ids ids) {
        if (ids instanceof Ids.Range) return null;
        if (ids instanceof Ids.Ints(long[] values)) {
            long[] sorted = values.clone();
            Arrays.sort(sorted);
            for (int i = 1; i < sorted.length; i++) {
                if (sorted[i] == sorted[i - 1]) return RowId.of(sorted[i]);
            }
            return null;
        }
        var seen = new HashSet<RowId>();
        for (RowId id : ids.toList()) {
            if (!seen.add(id)) return id;
        }
        return null;
    }
}
