package io.lynse.engine.collection;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own codec with vectors stored flat: the HNSW format never builds a graph below its threshold, and the threshold is
 * the largest there is. The plain flat format would do, but has no service entry and could not be opened again. Everything
 * is written under stock names, so a stock Lucene reads the files.
 */
final class FlatCodec extends Lucene104Codec {

    /** Longest vector; Lucene's own bound of 1,024 is about its graphs. */
    static final int DIMENSION_MAX = 16_384;

    private static final int NO_GRAPH = Integer.MAX_VALUE;

    private final KnnVectorsFormat flat = new Flat();

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return flat;
    }

    private static final class Flat extends KnnVectorsFormat {

        private final KnnVectorsFormat stock = new Lucene99HnswVectorsFormat(
                Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN, Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH, 1, null, NO_GRAPH);

        Flat() {
            super("Lucene99HnswVectorsFormat");
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return stock.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return stock.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return DIMENSION_MAX;
        }
    }
}
