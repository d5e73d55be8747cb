package io.lynse.engine.index.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Compares a block of stored vectors with several queries in float32. Every (row, query) pair is summed in the same order
 * wherever the row stands, so equal vectors get equal results. The relative error against the exact sum of the absolute
 * products (or of the squares) is at most {@link #errorBound}. For use by one thread.
 */
public interface ScanKernel {

    /**
     * Inner products.
     *
     * @param rows    stored as the kernel was asked for ({@link ScanKernels#over}), row after row
     * @param from    byte offset of the first row
     * @param count   rows
     * @param queries each as long as a row
     * @param out     one array per query, at least {@code count} long
     */
    void innerProducts(MemorySegment rows, long from, int count, float[][] queries, float[][] out);

    /** Squared Euclidean distances; parameters as {@link #innerProducts}. */
    void squaredDistances(MemorySegment rows, long from, int count, float[][] queries, float[][] out);

    /** Higham, "Accuracy and Stability of Numerical Algorithms", 3.1: n u / (1 - n u), whatever the order; with some to spare. */
    static double errorBound(int dimension) {
        double n = (dimension + 8) * 0x1p-24;
        return n / (1 - n);
    }
}
