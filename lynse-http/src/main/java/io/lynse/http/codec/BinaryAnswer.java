package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Rows;
import io.lynse.model.field.FieldBlock;
import java.util.List;

/** The binary answers of the wire contract, 5.2, 5.3 and 5.5. All numbers little-endian. */
public final class BinaryAnswer {

    private static final byte[] NO_JSON = new byte[0];

    private BinaryAnswer() {}

    /** u32 n, n u64 ids, n f32 scores, u32 L, L bytes of a JSON list of n objects; L = 0 when fields were not asked for. */
    public static BinaryOut hits(Hits hits, boolean withFields, BinaryOut out) {
        refuseTextIds(hits.ids());
        return put(hits, withFields, out);
    }

    /** u32 number of queries, then one block of {@link #hits} per query. */
    public static BinaryOut batch(List<Hits> results, boolean withFields, BinaryOut out) {
        for (Hits hits : results) refuseTextIds(hits.ids()); // before anything is sent
        out.u32(results.size());
        for (Hits hits : results) put(hits, withFields, out);
        return out;
    }

    /** u32 n, u32 dimension, n * dimension f32, n u64 ids, u32 L, L bytes of a JSON list of n objects. */
    public static BinaryOut rows(Rows rows, BinaryOut out) {
        refuseTextIds(rows.ids());
        int dimension = rows.vectors().dimension();
        out.u32(rows.size()).u32(dimension);
        float[] row = new float[dimension];
        for (int i = 0; i < rows.size(); i++) {
            rows.vectors().copyRow(i, row);
            out.floats(row);
        }
        for (int i = 0; i < rows.size(); i++) out.u64(rows.ids().intAt(i));
        return out.block(rows.size() == 0 ? NO_JSON : fields(rows.fields(), rows.size()));
    }

    private static BinaryOut put(Hits hits, boolean withFields, BinaryOut out) {
        out.u32(hits.size());
        for (int i = 0; i < hits.size(); i++) out.u64(hits.ids().intAt(i));
        return out.floats(hits.scores()).block(withFields && hits.size() > 0 ? fields(hits.fields(), hits.size()) : NO_JSON);
    }

    private static byte[] fields(FieldBlock fields, int rows) {
        return new JsonOut(64 * rows).fields(fields, rows).toBytes();
    }

    /** A u64 cannot name a row with a text id, and a made-up number would name another row. */
    private static void refuseTextIds(Ids ids) {
        if (!ids.allInts()) refuseTextIds();
    }

    public static void refuseTextIds() {
        throw new LynseException(new LynseError.Conflict("the collection holds string ids, which binary answers cannot name: use the JSON endpoint"));
    }
}
