package io.lynse.engine.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.GraphSpec;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.row.RowCounts;
import io.lynse.engine.row.RowDocument;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Lsn;
import io.lynse.model.Metric;
import io.lynse.model.field.Fields;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments whose vectors were written under the name of Lucene's own format, as the first versions of this program did. */
class FormerSegmentsIT {

    private static final int ROWS = 3_000;
    private static final int DIMENSION = 8;

    @TempDir
    Path directory;

    @Test
    void areReadAndGetAGraph() throws IOException {
        writeAsBefore();
        var builds = GraphBuilds.ofThisProcess();
        try (var indexing = new Indexing(builds); var files = CollectionFiles.open(directory, ElementType.FLOAT32, builds, indexing.following(() -> {}))) {
            assertThat(files.found().counts().rows()).isEqualTo(ROWS);
            try (DirectoryReader reader = files.read()) {
                assertVectors(reader);
            }
            files.merges().want(new GraphSpec(Metric.L2, 16, 100));
            files.writer().maybeMerge();
            await().until(() -> state(files).linked() == ROWS);
            try (DirectoryReader reader = files.read()) {
                assertVectors(reader);
            }
        }
    }

    /** Nobody takes one kind of numbers for the other: the collection says what is wrong, and answers nothing. */
    @Test
    void areRefusedByACollectionOfFloat16() throws IOException {
        writeAsBefore();
        try (var folds = new Folds(FoldLimits.DEFAULT, 1 << 20, 1, FoldObserver.NONE); var indexing = new Indexing(GraphBuilds.ofThisProcess())) {
            assertThatThrownBy(() -> Collection.open(
                            directory, new CollectionId(1), DIMENSION, ElementType.FLOAT16, Lsn.NONE, new Lsn(5), folds, null, indexing, Long.MAX_VALUE))
                    .isInstanceOf(CollectionUnavailableException.class)
                    .hasMessageContainingAll(directory.toString(), "vectors of float32 where float16 is wanted");
        }
    }

    private static IndexState state(CollectionFiles files) throws IOException {
        try (DirectoryReader reader = files.read()) {
            return files.merges().state(reader);
        }
    }

    private static void assertVectors(DirectoryReader reader) throws IOException {
        var seen = 0;
        for (var leaf : reader.leaves()) {
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(RowDocument.VECTOR);
            var clocks = leaf.reader().getNumericDocValues(RowDocument.CLOCK);
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                assertThat(clocks.advanceExact(doc)).isTrue();
                assertThat(vectors.vectorValue(doc)).isEqualTo(vector((int) clocks.longValue()));
                seen++;
            }
        }
        assertThat(seen).isEqualTo(ROWS);
    }

    private void writeAsBefore() throws IOException {
        var config = new IndexWriterConfig().setCodec(new FormerCodec()).setUseCompoundFile(false);
        try (var lucene = new MMapDirectory(directory); var writer = new IndexWriter(lucene, config)) {
            var document = new RowDocument(DIMENSION);
            for (int row = 0; row < ROWS; row++) {
                System.arraycopy(vector(row), 0, document.vector(), 0, DIMENSION);
                writer.addDocument(document.of(document.key(row), Fields.EMPTY.encoded(), row, 0, false));
                if (row == ROWS / 2) writer.flush();
            }
            var counts = new RowCounts(ROWS, 0, ROWS, ROWS - 1, false, ROWS);
            writer.setLiveCommitData(new CommitData(new Lsn(5), counts).toMap().entrySet());
            writer.commit();
            assertThat(lucene.listAll()).anyMatch(file -> file.contains("Lucene99HnswVectorsFormat"));
        }
    }

    private static float[] vector(int row) {
        var vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = (float) Math.sin(row * (i + 1.0));
        return vector;
    }

    private static final class FormerCodec extends Lucene104Codec {
        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new Lucene99HnswVectorsFormat(16, 100, 1, null, Integer.MAX_VALUE);
        }
    }
}
