package io.lynse.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code count} vectors of {@code dimension} elements, row after row, little-endian. The buffer belongs to the value: it is
 * never written to again, and its position and limit enclose exactly the elements. It may lie outside the heap.
 */
public record Vectors(int count, int dimension, ElementType encoding, ByteBuffer data) {

    public Vectors {
        if (count < 0 || dimension < 0) throw new IllegalArgumentException("negative shape: " + count + " x " + dimension);
        data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        long expected = (long) count * dimension * encoding.bytes();
        if (data.remaining() != expected) {
            throw new IllegalArgumentException("Expected " + expected + " bytes, got " + data.remaining());
        }
    }

    public static Vectors of(float[]... rows) {
        int dimension = rows.length == 0 ? 0 : rows[0].length;
        var data = ByteBuffer.allocate(rows.length * dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            if (row.length != dimension) throw new IllegalArgumentException("all vectors in a batch must have the same dimension");
            for (float element : row) data.putFloat(element);
        }
        return new Vectors(rows.length, dimension, ElementType.FLOAT32, data.flip());
    }

    /** Bytes of one row. */
    public int rowBytes() {
        return dimension * encoding.bytes();
    }

    /** The elements of one row, as stored. */
    public ByteBuffer rowData(int row) {
        return data.slice(row * rowBytes(), rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The elements of some rows, as stored, in that order. */
    public ByteRuns bytes(int[] rows) {
        var runs = new ByteRuns.Builder(data, rows.length);
        for (int row : rows) runs.add(row * rowBytes(), rowBytes());
        return runs.build();
    }

    /** One row, widened to float32. */
    public float[] row(int row) {
        var elements = new float[dimension];
        copyRow(row, elements);
        return elements;
    }

    /** Writes one row, widened to float32, to the start of {@code target}. */
    public void copyRow(int row, float[] target) {
        int from = row * rowBytes();
        switch (encoding) {
            case FLOAT32 -> data.slice(from, rowBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(target, 0, dimension);
            case FLOAT16 -> {
                for (int i = 0; i < dimension; i++) target[i] = Float.float16ToFloat(data.getShort(from + i * Short.BYTES));
            }
        }
    }

    /** Row of the first component that is NaN or infinite; -1 when all are finite. */
    public int firstNonFiniteRow() {
        for (int row = 0; row < count; row++) {
            int from = row * rowBytes();
            for (int i = 0; i < dimension; i++) {
                // All exponent bits set: NaN or infinite.
                boolean finite = switch (encoding) {
                    case FLOAT32 -> (data.getInt(from + i * Float.BYTES) & 0x7F80_0000) != 0x7F80_0000;
                    case FLOAT16 -> (data.getShort(from + i * Short.BYTES) & 0x7C00) != 0x7C00;
                };
                if (!finite) return row;
            }
        }
        return -1;
    }
}
