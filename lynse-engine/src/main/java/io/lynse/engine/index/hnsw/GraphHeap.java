package io.lynse.engine.index.hnsw;

/** The heap that Lucene takes while it builds a graph. Pure. */
final class GraphHeap {

    /** Of objects around the links of a node, and of its links on upper levels. */
    private static final long NODE_BYTES = 200;

    /** A node's number and its score. */
    private static final long LINK_BYTES = Integer.BYTES + Float.BYTES;

    private GraphHeap() {}

    /** @param m links of a node on the upper levels */
    static long bytes(long rows, int m) {
        return rows * (NODE_BYTES + 2L * m * LINK_BYTES);
    }
}
