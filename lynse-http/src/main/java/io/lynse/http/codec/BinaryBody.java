package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.FieldFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The binary request bodies of the wire contract, 5.1 and 5.4. All numbers little-endian, no padding, nothing left over. */
public final class BinaryBody {

    private static final byte[] FIELDS_MAGIC = {'L', 'D', 'B', 'F', '1'};

    private static final int FIRST_BYTES = 64 * 1024;
    private static final int PART_BYTES = 64 * 1024;

    private BinaryBody() {}

    /**
     * The whole body; less than announced when the client breaks off, which the caller's own check of the size finds.
     *
     * @param length as announced; -1: unknown
     * @param memory where it is kept
     */
    public static ByteBuffer readAll(InputStream in, long length, RequestMemory memory) throws IOException {
        ByteBuffer body = memory.allocate(length < 0 ? FIRST_BYTES : length);
        // A buffer of the heap is read into; the container's own way into others moves positions and limits as it likes.
        byte[] part = body.hasArray() ? body.array() : new byte[PART_BYTES];
        while (true) {
            while (body.hasRemaining()) {
                int got = body.hasArray() ? in.read(part, body.position(), body.remaining()) : in.read(part, 0, Math.min(part.length, body.remaining()));
                if (got < 0) return body.flip();
                if (body.hasArray()) body.position(body.position() + got);
                else body.put(part, 0, got);
            }
            if (length >= 0) return body.flip();
            int next = in.read();
            if (next < 0) return body.flip();
            body = memory.grown(body, Math.max(body.capacity() + 1L, Math.min(2L * body.capacity(), RequestMemory.BLOCK_BYTES_MAX))).put((byte) next);
            part = body.hasArray() ? body.array() : new byte[PART_BYTES];
        }
    }

    /** The element type that {@code vector_encoding} names. */
    public static ElementType encoding(QueryParameters parameters) {
        String name = parameters.textOrNull("vector_encoding");
        return switch (name) {
            case null -> ElementType.FLOAT32;
            case "float32", "f32" -> ElementType.FLOAT32;
            case "float16", "f16", "fp16" -> ElementType.FLOAT16;
            default -> throw invalid("vector_encoding", "unsupported vector_encoding '" + name + "'");
        };
    }

    /**
     * Exactly {@code count} vectors and nothing else.
     * @param field whose number {@code count} is, for the message
     */
    public static Vectors vectors(ByteBuffer body, String field, int count, int dimension, ElementType encoding) {
        long expected = bytes(count, dimension, encoding);
        if (body.remaining() != expected) {
            throw new LynseException(new LynseError.InvalidArgument(field, "Expected " + expected + " bytes, got " + body.remaining()));
        }
        return finite(new Vectors(count, dimension, encoding, body));
    }

    /** The same vectors as float32. */
    public static Vectors widened(Vectors vectors, RequestMemory memory) {
        if (vectors.encoding() == ElementType.FLOAT32) return vectors;
        int dimension = vectors.dimension();
        ByteBuffer data = memory.allocate((long) vectors.count() * dimension * Float.BYTES);
        float[] row = new float[dimension];
        for (int i = 0; i < vectors.count(); i++) {
            vectors.copyRow(i, row);
            for (float element : row) data.putFloat(element);
        }
        return new Vectors(vectors.count(), dimension, ElementType.FLOAT32, data.flip());
    }

    /**
     * Vectors, ids and fields in one body.
     * @param parameters {@code ids_encoding}, {@code ids_start}
     */
    public static Items items(ByteBuffer body, int count, int dimension, ElementType encoding, QueryParameters parameters) {
        long vectorBytes = bytes(count, dimension, encoding);
        if (body.remaining() < vectorBytes) {
            throw invalid("n_vectors", "expected at least " + vectorBytes + " raw vector bytes, got " + body.remaining());
        }
        Vectors vectors = finite(new Vectors(count, dimension, encoding, body.slice(body.position(), (int) vectorBytes)));
        body.position(body.position() + (int) vectorBytes);
        Ids ids = ids(body, count, parameters);
        return new Items(vectors, ids, fields(body, count));
    }

    /** @param fields {@link FieldBlock#NONE} when the body holds none */
    public record Items(Vectors vectors, Ids ids, FieldBlock fields) {}

    private static Ids ids(ByteBuffer body, int count, QueryParameters parameters) {
        String encoding = parameters.textOrNull("ids_encoding");
        return switch (encoding) {
            case null -> rawIds(body, count);
            case "raw" -> rawIds(body, count);
            case "range" -> {
                Long start = parameters.idOrNull("ids_start");
                if (start == null) throw invalid("ids_start", "ids_start is required for range id encoding");
                if (start > Long.MAX_VALUE - count) throw invalid("ids_start", "ids_start: an integer id must be below 2^63");
                yield Ids.range(start, count);
            }
            default -> throw invalid("ids_encoding", "unsupported ids_encoding '" + encoding + "'");
        };
    }

    private static Ids rawIds(ByteBuffer body, int count) {
        long bytes = (long) count * Long.BYTES;
        if (body.remaining() < bytes) throw invalid("ids", "expected " + bytes + " id bytes, got " + body.remaining());
        long[] values = new long[count];
        body.slice(body.position(), (int) bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
        body.position(body.position() + (int) bytes);
        for (int row = 0; row < count; row++) {
            if (values[row] < 0) throw invalid("ids", "ids[" + row + "]: an integer id must be below 2^63: " + Long.toUnsignedString(values[row]));
        }
        return Ids.of(values);
    }

    private static FieldBlock fields(ByteBuffer body, int count) {
        if (!body.hasRemaining()) return FieldBlock.NONE;
        ByteBuffer payload = body.slice().order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[Math.min(FIELDS_MAGIC.length, payload.remaining())];
        payload.get(magic);
        if (!Arrays.equals(magic, FIELDS_MAGIC)) throw payload("invalid fields payload magic");
        if (payload.remaining() < Integer.BYTES) throw payload("the payload ends early");
        long records = Integer.toUnsignedLong(payload.getInt());
        if (records != count) throw payload("fields length must match vectors length: " + records + " records, " + count + " vectors");
        try {
            if (count == 0 && payload.hasRemaining()) throw new FieldFormatException(payload.remaining() + " bytes left over");
            if (count > 0 && !payload.hasRemaining()) throw new FieldFormatException("the payload ends early");
            return FieldBlock.checked(payload, count);
        } catch (FieldFormatException malformed) {
            throw payload(String.valueOf(malformed.getMessage()));
        }
    }

    /** More than any body has, if it does not fit a long. */
    private static long bytes(int count, int dimension, ElementType encoding) {
        long elements = Math.multiplyFull(count, dimension);
        return elements > Integer.MAX_VALUE ? Long.MAX_VALUE : elements * encoding.bytes();
    }

    private static Vectors finite(Vectors vectors) {
        int row = vectors.firstNonFiniteRow();
        if (row >= 0) throw invalid("vectors", "vectors[" + row + "]: a component is NaN or infinite");
        return vectors;
    }

    private static LynseException invalid(String field, String reason) {
        return new LynseException(new LynseError.InvalidArgument(field, "Invalid argument: " + reason));
    }

    private static LynseException payload(String reason) {
        return new LynseException(new LynseError.InvalidArgument("fields", "Serialization error: " + reason));
    }
}
