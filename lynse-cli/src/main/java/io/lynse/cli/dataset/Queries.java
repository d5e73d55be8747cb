package io.lynse.cli.dataset;

import java.util.Arrays;
import java.util.List;

/**
 * The queries of a data folder with their exact answers.
 *
 * @param dim        length of each vector
 * @param vectors    half floats, little-endian, row after row
 * @param texts      one per query
 * @param truth      ids of the nearest rows, {@code truthDepth} per query, best first
 * @param truthDepth at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Queries(int dim, byte[] vectors, List<PackageText> texts, int[] truth, int truthDepth) {

    public int count() {
        return texts.size();
    }

    /** The query's vector as bytes of half floats. */
    public byte[] vector(int query) {
        int width = dim * Short.BYTES;
        return Arrays.copyOfRange(vectors, query * width, (query + 1) * width);
    }

    /** The ids of the {@code k} nearest rows (fewer if the folder knows fewer), best first. */
    public int[] nearest(int query, int k) {
        int start = query * truthDepth;
        return Arrays.copyOfRange(truth, start, start + Math.min(k, truthDepth));
    }
}
