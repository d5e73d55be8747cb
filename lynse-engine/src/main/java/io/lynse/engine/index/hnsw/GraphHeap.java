package io.lynse.engine.index.hnsw;

/**
 * The heap that Lucene takes while it builds a graph, as an upper bound: every list of links full. Pure.
 *
 * <p>A node has one list on the lowest level, for 2m + 1 links, and one for m + 1 links on each level above that it is drawn for. Levels
 * are drawn as the floor of an exponential variable of mean 1/ln m, so a node has 1/(m - 1) of them on average: next to none with the
 * default m of 16, one more list with 2. {@code GraphHeapIT} builds near the bound. Measured by {@code HnswGraphBuilder} on 50,000
 * random vectors (bytes per row; here): m 1: 296, 314; m 2: 383, 408; m 4: 290, 328; m 16: 357, 464. The lists of the last one were 60 % full.
 *
 * <p>From 32 GB of heap on references have eight bytes, which adds a seventh; the half of the heap that no graph may take has room for it.
 *
 * <p>Lucene copies vectors from file to file: their length does not count.
 */
final class GraphHeap {

    /** The graph's reference to a node, the array of its lists, and a number in each of what renumbers it and what tells its place in the file. */
    private static final long NODE_BYTES = 40;

    /** The list, its two arrays with what wraps them, and who counts its bytes; with references of four bytes. */
    private static final long LIST_BYTES = 152;

    /** A neighbour's number and its score. */
    private static final long LINK_BYTES = Integer.BYTES + Float.BYTES;

    private GraphHeap() {}

    /** @param m links of a node on the upper levels, at least 1 */
    static long bytes(long rows, int m) {
        double upper = m == 1 ? 1 / (Math.E - 1) : 1.0 / (m - 1); // Lucene draws for m = 1 as if its logarithm were 1
        double node = NODE_BYTES + list(2L * m + 1) + upper * list(m + 1L);
        return Math.round(rows * node);
    }

    private static long list(long links) {
        return LIST_BYTES + links * LINK_BYTES;
    }
}
