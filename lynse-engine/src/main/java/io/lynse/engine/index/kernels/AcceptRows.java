package io.lynse.engine.index.kernels;

import java.util.BitSet;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** Which rows of a segment may be returned: live ones, those that match a filter. Asked from several threads at once, a few times per scan. */
@FunctionalInterface
public interface AcceptRows {

    AcceptRows ALL = row -> true;

    /** @param row ordinal, from 0 */
    boolean accepts(int row);

    /** @param bits one per ordinal, as {@code KnnVectorValues.getAcceptOrds} gives; {@code null}: all rows, as in Lucene */
    static AcceptRows of(@Nullable Bits bits) {
        return bits == null ? ALL : bits::get;
    }

    /** @param bits not changed while it is in use */
    static AcceptRows of(BitSet bits) {
        return bits::get;
    }
}
