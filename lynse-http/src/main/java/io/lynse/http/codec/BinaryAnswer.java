package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Rows;
import io.lynse.model.field.FieldBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The binary answers of the wire contract, 5.2, 5.3 and 5.5. All numbers little-endian. */
public final class BinaryAnswer {

    private static final byte[] NO_JSON = new byte[0];

    private BinaryAnswer() {}

    /** u32 n, n u64 ids, n f32 scores, u32 L, L bytes of a JSON list of n objects; L = 0 when fields were not asked for. */
    public static byte[] hits(Hits hits, boolean withFields) {
        byte[] json = json(hits, withFields);
        return put(hits, json, ByteBuffer.allocate(size(hits, json)).order(ByteOrder.LITTLE_ENDIAN)).array();
    }

    /** u32 number of queries, then one block of {@link #hits} per query. */
    public static byte[] batch(List<Hits> results, boolean withFields) {
        List<byte[]> jsons = results.stream().map(hits -> json(hits, withFields)).toList();
        int size = Integer.BYTES;
        for (int i = 0; i < results.size(); i++) size = Math.addExact(size, size(results.get(i), jsons.get(i)));
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(results.size());
        for (int i = 0; i < results.size(); i++) put(results.get(i), jsons.get(i), out);
        return out.array();
    }

    /** u32 n, u32 dimension, n * dimension f32, n u64 ids, u32 L, L bytes of a JSON list of n objects. */
    public static byte[] rows(Rows rows) {
        refuseTextIds(rows.ids());
        int dimension = rows.vectors().dimension();
        byte[] json = rows.size() == 0 ? NO_JSON : fields(rows.fields(), rows.size());
        long size = 3L * Integer.BYTES + (long) rows.size() * (dimension * (long) Float.BYTES + Long.BYTES) + json.length;
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(rows.size()).putInt(dimension);
        float[] row = new float[dimension];
        for (int i = 0; i < rows.size(); i++) {
            rows.vectors().copyRow(i, row);
            for (float element : row) out.putFloat(element);
        }
        for (int i = 0; i < rows.size(); i++) out.putLong(rows.ids().intAt(i));
        return out.putInt(json.length).put(json).array();
    }

    private static int size(Hits hits, byte[] json) {
        return 2 * Integer.BYTES + hits.size() * (Long.BYTES + Float.BYTES) + json.length;
    }

    private static ByteBuffer put(Hits hits, byte[] json, ByteBuffer out) {
        refuseTextIds(hits.ids());
        out.putInt(hits.size());
        for (int i = 0; i < hits.size(); i++) out.putLong(hits.ids().intAt(i));
        for (float score : hits.scores()) out.putFloat(score);
        return out.putInt(json.length).put(json);
    }

    private static byte[] json(Hits hits, boolean withFields) {
        return withFields && hits.size() > 0 ? fields(hits.fields(), hits.size()) : NO_JSON;
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
