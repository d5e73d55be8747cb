package io.lynse.engine;

import static io.lynse.engine.HnswFixture.ROWS;
import static io.lynse.engine.HnswFixture.build;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of an HNSW index: built, replaced, removed, given up and cut short. */
class HnswIndexIT {

    @TempDir
    Path temporary;

    private final HnswFixture hnsw = new HnswFixture();
    private Path directory = Path.of("");

    @BeforeEach
    void node() {
        directory = temporary.resolve("node");
    }

    @Test
    void aRemovedIndexLeavesExactSearch() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-L2");
            engine.setIndex(id, null, false);
            assertThat(engine.engine().indexState(id).phase()).isEqualTo(Phase.NONE);
            assertThat(hnsw.recall(engine, id, Metric.IP)).isEqualTo(1.0);
        }
    }

    /** A graph made for one metric leads astray in another: it is neither walked nor taken over. */
    @Test
    void anotherMetricGetsAGraphOfItsOwn() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-L2");
            assertThat(hnsw.recall(engine, id, Metric.L2)).isGreaterThanOrEqualTo(0.95);
            build(engine, id, "HNSW-IP");
            assertThat(engine.engine().indexBuilds().completed()).isEqualTo(2);
            assertThat(hnsw.recall(engine, id, Metric.IP)).isGreaterThanOrEqualTo(0.95);
            build(engine, id, "HNSW-COS");
            assertThat(hnsw.recall(engine, id, Metric.COSINE)).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void theSameIndexAskedForAgainIsThereAlready() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-L2");
            build(engine, id, "HNSW-L2");
            assertThat(engine.engine().indexBuilds().started()).isEqualTo(1);
        }
    }

    /** Who waits for the first waits for the second then; of the first nothing is left. */
    @Test
    void anotherMetricAskedForDuringABuildTakesItsPlace() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.building(engine);
            var first = engine.engine().indexBuilt(id);
            build(engine, id, "HNSW-IP");
            assertThat(first.join()).isEqualTo(new IndexState(Phase.READY, ROWS, ROWS, null));
            assertThat(engine.engine().indexBuilds().completed()).isEqualTo(1);
            assertThat(engine.engine().indexBuilds().failed()).isZero();
            assertThat(hnsw.recall(engine, id, Metric.IP)).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void anIndexRemovedDuringItsBuildCanBeAskedForAgainAtOnce() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.building(engine);
            engine.setIndex(id, null, false);
            build(engine, id, "HNSW-L2");
            assertThat(engine.engine().indexBuilds().completed()).isEqualTo(1);
            assertThat(hnsw.recall(engine, id, Metric.L2)).isGreaterThanOrEqualTo(0.95);
        }
    }

    /** One graph is on the heap at a time; one that waits for its turn is given up as well as one that is being built. */
    @Test
    void aBuildThatWaitsForAnotherCollectionsIsGivenUpToo() {
        try (var engine = new TestEngine(directory)) {
            CollectionId first = hnsw.building(engine);
            CollectionId second = engine.create("second", HnswFixture.DIMENSION, ElementType.FLOAT32);
            engine.bulkAdd(second, hnsw.vectors(ROWS));
            engine.setIndex(second, "HNSW-L2", false);
            var built = engine.engine().indexBuilt(second);
            engine.setIndex(second, null, false);
            assertThat(built).succeedsWithin(Duration.ofSeconds(30));
            engine.drop(first);
            build(engine, second, "HNSW-IP");
            assertThat(engine.engine().indexBuilds().completed()).isEqualTo(1);
        }
    }

    @Test
    void aBuildThatIsWantedNoMoreIsGivenUp() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.building(engine);
            engine.setIndex(id, null, false);
            await().until(() -> engine.engine().indexBuilds().rows() == 0);
            assertThat(engine.engine().indexBuilds().completed()).isZero();
            assertThat(engine.engine().indexBuilt(id).join().phase()).isEqualTo(Phase.NONE);
        }
    }

    @Test
    void aDropDoesNotWaitForTheBuild() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.building(engine);
            var built = engine.engine().indexBuilt(id);
            engine.drop(id);
            assertThat(built).succeedsWithin(Duration.ofSeconds(10));
            assertThat(engine.engine().indexBuilds().completed()).isZero();
            engine.engine().checkpoint();
            assertThat(directory.resolve("collections").resolve(id.toString())).doesNotExist();
        }
    }

    @Test
    void aBuildThatAStopCutShortIsDoneAfterTheNextStart() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.building(engine);
            engine.reopen();
            IndexState built = engine.engine().indexBuilt(id).join();
            assertThat(built).isEqualTo(new IndexState(Phase.READY, ROWS, ROWS, null));
        }
    }

    @Test
    void aBuildThatACrashCutShortIsDoneAfterTheNextStart() {
        Path crashed = temporary.resolve("crashed");
        CollectionId id;
        try (var engine = new TestEngine(directory)) {
            id = hnsw.building(engine);
            LiveCopy.of(directory, crashed);
        }
        try (var engine = new TestEngine(crashed)) {
            assertThat(engine.engine().indexBuilt(id).join()).isEqualTo(new IndexState(Phase.READY, ROWS, ROWS, null));
        }
    }

    /** It costs minutes on a large collection, so a crash soon after it must not lose it: it is followed by a checkpoint. */
    @Test
    void aBuildThatIsDoneSurvivesACrash() {
        try (var engine = new TestEngine(EngineSettings.of(directory).withCheckpointInterval(Duration.ofHours(1)))) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-L2");
            await().until(() -> hasCommittedGraph(id));
            Path crashed = temporary.resolve("crashed");
            LiveCopy.of(directory, crashed);
            try (var again = new TestEngine(crashed)) {
                assertThat(again.engine().indexState(id).linked()).isEqualTo(ROWS);
                assertThat(again.engine().indexBuilds().started()).isZero();
            }
        }
    }

    private boolean hasCommittedGraph(CollectionId id) throws IOException {
        Path folder = directory.resolve("collections").resolve(id.toString());
        try (var lucene = FSDirectory.open(folder)) {
            return DirectoryReader.indexExists(lucene)
                    && SegmentInfos.readLatestCommit(lucene).files(true).stream().anyMatch(file -> file.endsWith(".vex"));
        }
    }
}
