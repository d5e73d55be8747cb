package io.lynse.cli.dataset;

import java.util.List;

/**
 * Consecutive rows of a data folder.
 *
 * @param firstId id of the first row; the others follow
 * @param vectors half floats, little-endian, row after row, as they lie in the file
 * @param texts   one per row
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record RowChunk(int firstId, byte[] vectors, List<PackageText> texts) {

    public int rows() {
        return texts.size();
    }
}
