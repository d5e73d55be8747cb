package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scans over segments as Lucene wrote them: dense and sparse, compound files, deleted documents, with and without a graph. */
class LuceneSegmentIT {

    private static final int DIMENSION = 37;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "every {0}th document without a vector, compound {1}, graph {2}")
    @CsvSource({"0, false, false", "3, false, false", "0, true, false", "5, true, true"})
    void findsLiveRowsByTheOrdinalsOfLucene(int gap, boolean compound, boolean graph) throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            write(directory, gap, compound, graph);
            try (var reader = DirectoryReader.open(directory)) {
                assertThat(reader.leaves()).hasSizeGreaterThan(1);
                for (LeafReaderContext leaf : reader.leaves()) check(leaf.reader());
            }
        }
    }

    @Test
    void leavesVectorsThatAreNotMappedToLucene() throws IOException {
        try (Directory directory = new ByteBuffersDirectory()) {
            write(directory, 0, false, false);
            try (var reader = DirectoryReader.open(directory)) {
                LeafReader leaf = reader.leaves().getFirst().reader();
                assertThat(SegmentVectors.of(leaf.getFloatVectorValues("v"))).isEmpty();
            }
        }
    }

    private static void check(LeafReader leaf) throws IOException {
        FloatVectorValues values = leaf.getFloatVectorValues("v");
        float[][] rows = new float[values.size()][];
        for (int i = 0; i < rows.length; i++) rows[i] = values.vectorValue(i).clone();
        assertThat(leaf.numDeletedDocs()).isPositive();
        AcceptRows live = AcceptRows.of(values.getAcceptOrds(leaf.getLiveDocs()));
        var random = new Random(3);
        try (SegmentVectors vectors = SegmentVectors.of(values).orElseThrow()) {
            for (Metric metric : List.of(Metric.IP, Metric.L2, Metric.COSINE)) {
                ScanOptions options = new ScanOptions(metric, 12).accept(live);
                List<float[]> queries = new ArrayList<>();
                for (int i = 0; i < 6; i++) queries.add(Shape.gaussian(random, DIMENSION, 1));
                List<TopRows> found = FlatScanner.onOneThread().searchAll(vectors, queries, options);
                for (int i = 0; i < queries.size(); i++) {
                    TopRows expected = BruteForce.search(rows, queries.get(i), options);
                    assertThat(found.get(i).rows()).as(metric.name()).isEqualTo(expected.rows());
                    assertThat(found.get(i).scores()).as(metric.name()).isEqualTo(expected.scores());
                }
            }
        }
    }

    private static void write(Directory directory, int gap, boolean compound, boolean graph) throws IOException {
        var codec = new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return new Lucene99HnswVectorsFormat(8, 20, 1, null, graph ? 0 : Integer.MAX_VALUE);
            }
        };
        var config = new IndexWriterConfig().setCodec(codec).setUseCompoundFile(compound).setMergePolicy(NoMergePolicy.INSTANCE);
        var random = new Random(11);
        try (var writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < 2_000; i++) {
                var document = new Document();
                document.add(new StringField("id", Integer.toString(i), Field.Store.NO));
                if (gap == 0 || i % gap != 0) {
                    document.add(new KnnFloatVectorField("v", Shape.gaussian(random, DIMENSION, 1), VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
                }
                writer.addDocument(document);
                if (i == 1_100) writer.flush();
            }
            writer.commit();
            for (int i = 0; i < 2_000; i += 4) writer.deleteDocuments(new Term("id", Integer.toString(i)));
        }
    }
}
