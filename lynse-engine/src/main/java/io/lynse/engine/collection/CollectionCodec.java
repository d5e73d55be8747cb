package io.lynse.engine.collection;

import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.GraphTally;
import io.lynse.engine.index.hnsw.VectorsFormat;
import io.lynse.model.ElementType;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;

/**
 * Lucene's own codec, and our format for the vectors. It is written under the stock name: everything but the vectors is read without
 * this program. Segments of earlier versions of it say {@code Lucene99HnswVectorsFormat} and are read by Lucene's class of that name.
 */
final class CollectionCodec extends Lucene104Codec {

    private final KnnVectorsFormat vectors;

    CollectionCodec(ElementType elements, GraphBuilds builds, GraphTally tally) {
        vectors = VectorsFormat.writing(elements, builds, tally);
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
    }
}
