package io.lynse.engine.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.hnsw.IndexState.Cause;
import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.engine.row.RowDocument;
import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import io.lynse.model.field.Fields;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Merges where there is not enough of something. */
class GraphMergesIT {

    private static final int ROWS = 3_000;
    private static final int DIMENSION = 6;
    private static final GraphSpec SPEC = new GraphSpec(Metric.L2, 8, 40);

    private final SmallDisk disk = new SmallDisk(new ByteBuffersDirectory());
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final RowDocument document = new RowDocument(DIMENSION);
    private final Random random = new Random(3);
    private GraphMerges merges;
    private IndexWriter writer;

    @BeforeEach
    void open() throws IOException {
        open(Long.MAX_VALUE);
    }

    @AfterEach
    void close() throws IOException {
        writer.rollback();
        disk.close();
    }

    @Test
    void aFullDiskGivesTheMergeUpAndClosesNothing() throws IOException {
        add(ROWS);
        disk.full = true;
        merges.want(SPEC);
        writer.maybeMerge();
        await().until(() -> ended.get() > 0);
        assertThat(state().phase()).isEqualTo(Phase.FAILED);
        assertThat(state().problem()).satisfies(problem -> {
            assertThat(problem.cause()).isEqualTo(Cause.DISK);
            assertThat(problem.text()).contains("no room");
        });
        assertThat(failed).hasPositiveValue();
        assertThat(merges.counts().failed()).isEqualTo(1);
        writer.maybeMerge(); // in the pause nothing is begun
        assertThat(ended).hasValue(1);
        add(10);
        assertThat(state().rows()).isEqualTo(ROWS + 10);

        disk.full = false;
        nanos.addAndGet(GraphMerges.PAUSE.toNanos());
        writer.maybeMerge();
        await().until(() -> state().phase() == Phase.READY);
        assertThat(state()).isEqualTo(new IndexState(Phase.READY, ROWS + 10, ROWS + 10, null));
        assertThat(merges.counts()).satisfies(counts -> {
            assertThat(counts.completed()).isEqualTo(1);
            assertThat(counts.failed()).isEqualTo(1);
            assertThat(counts.spent()).isPositive();
            assertThat(counts.progress()).isZero();
        });
    }

    @Test
    void aGraphBeyondTheHeapIsNotBegun() throws IOException {
        writer.rollback();
        open(GraphHeap.bytes(ROWS - 1, SPEC.m()));
        add(ROWS);
        merges.want(SPEC);
        writer.maybeMerge();
        assertThat(ended).hasValue(0);
        assertThat(state().phase()).isEqualTo(Phase.FAILED);
        assertThat(state().problem()).satisfies(problem -> {
            assertThat(problem.cause()).isEqualTo(Cause.HEAP);
            assertThat(problem.text()).contains("a graph of 3000 rows needs about", "-Xmx");
        });
    }

    private void open(long heapMax) throws IOException {
        var builds = new GraphBuilds(heapMax);
        var tally = new GraphTally();
        merges = merges(builds, tally);
        var config = new IndexWriterConfig().setUseCompoundFile(false).setCommitOnClose(false).setCodec(new Lucene104Codec() {
            private final KnnVectorsFormat vectors = VectorsFormat.writing(ElementType.FLOAT32, builds, tally);

            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return vectors;
            }
        });
        merges.configure(config);
        writer = new IndexWriter(disk, config);
    }

    private GraphMerges merges(GraphBuilds builds, GraphTally tally) {
        var owner = new GraphMerges.Owner() {
            @Override
            public void ended() {
                ended.incrementAndGet();
            }

            @Override
            public void failed() {
                failed.incrementAndGet();
            }
        };
        return new GraphMerges(builds, tally, owner, nanos::get);
    }

    private void add(int rows) throws IOException {
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < DIMENSION; i++) document.vector()[i] = random.nextFloat();
            writer.addDocument(document.of(document.key(random.nextLong() >>> 1), Fields.EMPTY.encoded(), row, 0, false));
        }
        writer.flush();
    }

    private IndexState state() throws IOException {
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
            return merges.state(reader);
        }
    }

    /** Has no room for what a merge writes while it is full. */
    private static final class SmallDisk extends FilterDirectory {

        private volatile boolean full;

        SmallDisk(Directory in) {
            super(in);
        }

        @Override
        public IndexOutput createOutput(String name, IOContext context) throws IOException {
            IndexOutput output = in.createOutput(name, context);
            if (context.context() != IOContext.Context.MERGE) return output;
            return new FilterIndexOutput("small", name, output) {
                @Override
                public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
                    if (full) throw new IOException("no room");
                    super.writeBytes(bytes, offset, length);
                }
            };
        }
    }
}
