package io.lynse.engine.search;

import io.lynse.engine.index.kernels.TieOrder;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.SegmentView;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.util.BytesRef;

/**
 * Equal scores by row id. Most often one row is compared with many in ascending order, so each side has its own reader and
 * remembers its last key. For one thread.
 */
final class KeyOrder implements TieOrder {

    private final Side left;
    private final Side right;

    KeyOrder(SegmentView segment) {
        left = new Side(segment);
        right = new Side(segment);
    }

    /** @throws UncheckedIOException if the files cannot be read */
    @Override
    public int compare(int a, int b) {
        try {
            return left.key(a).compareTo(right.key(b));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class Side {
        private final PartRows rows;
        private int doc = -1;
        private BytesRef key = new BytesRef();

        Side(SegmentView segment) {
            rows = segment.rows();
        }

        BytesRef key(int wanted) throws IOException {
            if (wanted != doc) key = rows.key(wanted); // valid until this side's next call
            doc = wanted;
            return key;
        }
    }
}
