package io.lynse.engine.yardstick;

import io.lynse.model.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene's exact search as it comes: an index of its own of nothing but vectors, in one segment, which is its best case, mapped
 * into memory, and asked through the cheapest of its interfaces. Inner product in float32. Any number of threads may search.
 */
public final class StockFlat implements AutoCloseable {

    private static final String FIELD = "vector";
    private static final int NO_GRAPH = Integer.MAX_VALUE;
    private static final double BUFFER_MIB = 64;

    private final MMapDirectory directory;
    private final DirectoryReader reader;
    private final LeafReader segment;

    private StockFlat(MMapDirectory directory) throws IOException {
        this.directory = directory;
        reader = DirectoryReader.open(directory);
        segment = reader.leaves().getFirst().reader();
    }

    /** Writes the index. @param folder empty or absent; the caller deletes it in the end */
    public static StockFlat write(Path folder, Vectors rows) throws IOException {
        var directory = new MMapDirectory(folder);
        try {
            try (var writer = new IndexWriter(directory, config())) {
                var vector = new float[rows.dimension()];
                var field = new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
                var document = new Document();
                document.add(field);
                for (int row = 0; row < rows.count(); row++) {
                    rows.copyRow(row, vector);
                    field.setVectorValue(vector);
                    writer.addDocument(document);
                }
                writer.forceMerge(1);
            }
            return new StockFlat(directory);
        } catch (IOException | RuntimeException failure) {
            directory.close();
            throw failure;
        }
    }

    /** The numbers of the best rows, best first. */
    public int[] search(float[] query, int k) throws IOException {
        var collector = new TopKnnCollector(k, Integer.MAX_VALUE);
        segment.searchNearestVectors(FIELD, query, collector, AcceptDocs.fromLiveDocs(null, segment.maxDoc()));
        ScoreDoc[] found = collector.topDocs().scoreDocs;
        var rows = new int[found.length];
        for (int i = 0; i < rows.length; i++) rows[i] = found[i].doc;
        return rows;
    }

    @Override
    public void close() throws IOException {
        try (directory) {
            reader.close();
        }
    }

    private static IndexWriterConfig config() {
        var flat = new Lucene99HnswVectorsFormat(
                Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN, Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH, 1, null, NO_GRAPH);
        var codec = new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return flat;
            }
        };
        return new IndexWriterConfig().setCodec(codec).setUseCompoundFile(false).setRAMBufferSizeMB(BUFFER_MIB);
    }
}
