package io.lynse.engine.index.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * One byte per component of a segment's vectors, and for each row the true size of what that loses.
 *
 * <p>A row x is kept as its difference from the segment's mean: {@code x - mean = scale * codes + loss}, with codes from -127 to
 * 127. Taking the mean off costs nothing in a scan and keeps data that lies far from zero from losing all its digits. The mean is
 * a sample's, since any would be right.
 *
 * <p>Rows form groups of as many as one vector of shorts has lanes ({@link Lanes#GROUP_ROWS}, G), and lie across: component after
 * component, each with a byte for every row of the group. So a kernel never adds across lanes and needs no padding of dimensions to
 * the vector's length, and one group is one stream of memory. Bytes of a group, dimension padded with zero codes to a multiple of 4:
 *
 * <pre>
 * 0           codes     dimension x G bytes; row r at lane 2r if r is below G/2, else 2r-G+1, see DotKernels
 * + dim * G   scale     G floats
 *             error     G floats   E: length of the loss, see ScoreBound; rounded up
 *             length    G floats   length of scale * codes; rounded up
 *             squares   G ints     sum of the squares of the codes
 *             norm      G doubles  length of x itself
 * </pre>
 * The file of it is memory: it is made again at each start, so its layout may depend on the machine.
 */
final class Int8Copy implements AutoCloseable {

    static final int CODE_MAX = 127;

    static final int SCALE = 0;
    static final int ERROR = Lanes.GROUP_ROWS * Float.BYTES;
    static final int LENGTH = 2 * ERROR;
    static final int SQUARES = 3 * ERROR;
    static final int NORM = 4 * ERROR;

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(Lanes.ORDER);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(Lanes.ORDER);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE.withOrder(Lanes.ORDER);

    private static final int SAMPLE_ROWS = 1024;
    private static final int GROUPS_BETWEEN_STOPS = 256;
    private static final long CACHE_LINE = 64;

    private final Arena arena;
    private final MemorySegment memory;
    private final int rows;
    private final int dimension;
    private final float[] mean;

    private Int8Copy(Arena arena, int rows, float[] mean) {
        this.arena = arena;
        this.rows = rows;
        this.dimension = mean.length;
        this.mean = mean;
        this.memory = arena.allocate(Math.max(1, bytes(rows, dimension)), CACHE_LINE);
    }

    static long bytes(int rows, int dimension) {
        return groups(rows) * groupBytes(dimension);
    }

    /**
     * Reads every row once; warm it takes about 0.4 us per row of 384 components.
     * @param stop asked now and then
     * @throws CancellationException when told to stop
     */
    static Int8Copy of(SegmentVectors vectors, BooleanSupplier stop) {
        var arena = Arena.ofShared();
        try {
            var copy = new Int8Copy(arena, vectors.rows(), sampledMean(vectors));
            copy.fill(vectors, stop);
            return copy;
        } catch (Throwable failure) {
            arena.close();
            throw failure;
        }
    }

    /** Codes of a component are read four components at a time. */
    static int paddedDimension(int dimension) {
        return (dimension + 3) & ~3;
    }

    /**
     * Bounds what the additions of one double sum, and the few operations around it, may lose, relative to the vectors' lengths
     * ({@code 3 n 2^-53} for the three sums of a cosine), with room to spare for single operations elsewhere.
     */
    static double slack(int dimension) {
        return (4.0 * dimension + 64) * 0x1p-52;
    }

    MemorySegment memory() {
        return memory;
    }

    int rows() {
        return rows;
    }

    int dimension() {
        return dimension;
    }

    float[] mean() {
        return mean;
    }

    int groups() {
        return (int) groups(rows);
    }

    /** Where a group begins. */
    long group(int group) {
        return group * groupBytes(dimension);
    }

    /** Where the statistics of a group begin. */
    long statistics(int group) {
        return group(group) + (long) paddedDimension(dimension) * Lanes.GROUP_ROWS;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static long groups(int rows) {
        return (rows + Lanes.GROUP_ROWS - 1L) / Lanes.GROUP_ROWS;
    }

    private static long groupBytes(int dimension) {
        return (long) Lanes.GROUP_ROWS * (paddedDimension(dimension) + 3 * Float.BYTES + Integer.BYTES + Double.BYTES);
    }

    private static float[] sampledMean(SegmentVectors vectors) {
        int dimension = vectors.dimension();
        int samples = Math.min(vectors.rows(), SAMPLE_ROWS);
        var row = new float[dimension];
        var sums = new double[dimension];
        for (int i = 0; i < samples; i++) {
            vectors.copyRow((int) ((long) i * vectors.rows() / samples), row);
            for (int j = 0; j < dimension; j++) sums[j] += row[j];
        }
        var mean = new float[dimension];
        for (int j = 0; j < dimension; j++) mean[j] = (float) (sums[j] / Math.max(1, samples));
        return mean;
    }

    private void fill(SegmentVectors vectors, BooleanSupplier stop) {
        var quantizer = new RowQuantizer(mean);
        var codes = new byte[paddedDimension(dimension) * Lanes.GROUP_ROWS];
        for (int group = 0; group < groups(); group++) {
            if (group % GROUPS_BETWEEN_STOPS == 0 && stop.getAsBoolean()) throw new CancellationException("the copy is not wanted any more");
            int first = group * Lanes.GROUP_ROWS;
            int count = Math.min(Lanes.GROUP_ROWS, rows - first);
            // The memory is zeroed, and so stay the rows that fill up the last group.
            if (count < Lanes.GROUP_ROWS) Arrays.fill(codes, (byte) 0);
            for (int i = 0; i < count; i++) {
                vectors.copyRow(first + i, quantizer.row());
                quantizer.quantize();
                quantizer.spread(codes, lane(i));
                writeStatistics(quantizer, statistics(group), i);
            }
            MemorySegment.copy(codes, 0, memory, ValueLayout.JAVA_BYTE, group(group), codes.length);
        }
    }

    private void writeStatistics(RowQuantizer row, long at, int i) {
        memory.set(FLOAT, at + SCALE + (long) i * Float.BYTES, row.scale());
        memory.set(FLOAT, at + ERROR + (long) i * Float.BYTES, row.error());
        memory.set(FLOAT, at + LENGTH + (long) i * Float.BYTES, row.length());
        memory.set(INT, at + SQUARES + (long) i * Integer.BYTES, row.squares());
        memory.set(DOUBLE, at + NORM + (long) i * Double.BYTES, row.norm());
    }

    private static int lane(int row) {
        int half = Lanes.GROUP_ROWS / 2;
        return row < half ? 2 * row : 2 * (row - half) + 1;
    }
}
