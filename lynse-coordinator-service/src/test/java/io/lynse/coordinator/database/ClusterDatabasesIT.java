package io.lynse.coordinator.database;

import static io.lynse.coordinator.database.FakeCluster.SG0;
import static io.lynse.coordinator.database.FakeCluster.SG1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.health.NodeStatus;
import io.lynse.coordinator.shardclient.FakeShard.Mood;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases.Durability;
import io.lynse.http.Databases.IntegerRouting;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameter;
import io.lynse.model.IndexParameters;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole coordinator over two fake shards: what a client sees when all goes well, and when one of them does not. */
class ClusterDatabasesIT {

    private static final CollectionName DOCS = new CollectionName("db", "docs");
    private static final IndexMode HNSW = IndexMode.parse("HNSW-L2").orElseThrow();
    private static final CollectionSpec UNFIXED = new CollectionSpec(0, ElementType.FLOAT32, null);

    private final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void start() {
        cluster.started();
        cluster.databases.create("db", false, soon());
        cluster.databases.open(DOCS, UNFIXED, false, soon());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aNewCollectionIsOnEveryGroupAndHasItsIndexAtOnce() {
        CollectionInfo info = cluster.databases.describe(DOCS);
        assertThat(info.indexMode()).isEqualTo(IndexMode.DEFAULT);
        assertThat(info.dimension()).isZero();
        assertThat(cluster.a.names()).containsExactly("db/docs");
        assertThat(cluster.b.names()).containsExactly("db/docs");
        assertThat(cluster.databases.collections("db")).containsExactly(info);
        assertThat(cluster.databases.collections("nothing")).isEmpty();
    }

    @Test
    void rowsAreSplitFoundAndReadInTheOrderOfTheirInsert() {
        long[] ids = LongStream.range(0, 100).map(i -> 99 - i).toArray();
        assertThat(add(Ids.of(ids), IntStream.range(0, 100).mapToObj(i -> new float[] {1, i}).toList())).isEqualTo(Ids.of(ids));
        assertThat(cluster.a.rows(cluster.id(DOCS))).isPositive();
        assertThat(cluster.b.rows(cluster.id(DOCS))).isEqualTo(100 - cluster.a.rows(cluster.id(DOCS)));

        Hits hits = cluster.databases.search(DOCS, new Query(new float[] {0, 1}, new Query.Options(3, true, 0)), RequestMemory.unbounded(), soon()).hits();
        assertThat(hits.ids()).isEqualTo(Ids.of(0, 1, 2)); // ids count down while the second component counts up
        assertThat(hits.scores()).containsExactly(99, 98, 97);
        assertThat(Objects.requireNonNull(hits.fields().get(0)).toMap()).isEqualTo(Map.of("n", 99L));

        Rows head = cluster.databases.read(DOCS, new RowSelection.Head(4), true, true, RequestMemory.unbounded(), soon());
        assertThat(head.ids()).isEqualTo(Ids.of(99, 98, 97, 96));
        assertThat(head.vectors().row(3)).containsExactly(1, 3);
        Rows tail = cluster.databases.read(DOCS, new RowSelection.Tail(2), false, false, RequestMemory.unbounded(), soon());
        assertThat(tail.ids()).isEqualTo(Ids.of(1, 0));
        Rows asked = cluster.databases.read(DOCS, new RowSelection.ById(Ids.of(7, 3, 7)), true, true, RequestMemory.unbounded(), soon());
        assertThat(asked.ids()).isEqualTo(Ids.of(7, 3, 7));

        CollectionStats stats = cluster.databases.stats(DOCS, true, soon());
        assertThat(stats.rows()).isEqualTo(100);
        assertThat(stats.maxId()).isEqualTo(99);
        assertThat(stats.fieldNames()).containsExactly("n");
        assertThat(cluster.databases.hasRow(DOCS, Ids.of(5), soon())).isTrue();
        assertThat(cluster.databases.hasRow(DOCS, Ids.of(500), soon())).isFalse();
    }

    @Test
    void batchesAreAnsweredQueryByQuery() {
        add(Ids.range(0, 50), IntStream.range(0, 50).mapToObj(i -> new float[] {i, -i}).toList());
        var answer = cluster.databases.batchSearch(
                DOCS, Vectors.of(new float[] {1, 0}, new float[] {0, 1}), new Query.Options(2, false, 0), RequestMemory.unbounded(), soon());
        assertThat(answer.results()).extracting(Hits::ids).containsExactly(Ids.of(49, 48), Ids.of(0, 1));
        assertThat(answer.holdsTextIds()).isFalse();
    }

    @Test
    void generatedIdsCountFromZeroAndGoOnAboveTextRows() {
        assertThat(add(null, vectors(3))).isEqualTo(Ids.range(0, 3));
        assertThat(add(null, vectors(2))).isEqualTo(Ids.range(3, 2));
        var texts = new CollectionName("db", "texts");
        cluster.databases.open(texts, UNFIXED, false, soon());
        cluster.databases.write(texts, batch(Ids.of(List.of(RowId.of("first"), RowId.of("second"))), vectors(2)), null, RequestMemory.unbounded(), soon());
        assertThat(cluster.databases.write(texts, batch(null, vectors(2)), null, RequestMemory.unbounded(), soon())).isEqualTo(Ids.range(2, 2));
        assertThat(cluster.databases.read(texts, new RowSelection.Head(4), false, false, RequestMemory.unbounded(), soon()).ids().toList())
                .containsExactly(RowId.of("first"), RowId.of("second"), RowId.of(2), RowId.of(3));
    }

    @Test
    void rowsWhoseGeneratedIdIsTakenGetAnotherAndTheRestKeepTheirs() {
        assertThat(add(null, vectors(2))).isEqualTo(Ids.range(0, 2));
        add(Ids.of(2), vectors(1));
        Ids ids = add(null, vectors(40));
        assertThat(ids.size()).isEqualTo(40);
        assertThat(ids.toList()).doesNotHaveDuplicates().doesNotContain(RowId.of(0), RowId.of(1), RowId.of(2));
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(43);
        assertThat(cluster.databases.read(DOCS, new RowSelection.ById(ids), false, false, RequestMemory.unbounded(), soon()).ids().toList()).isEqualTo(ids.toList());
    }

    @Test
    void integerRoutingSaysWhetherBinaryAnswersCanNameEveryRow() {
        assertThat(cluster.databases.integerRouting(DOCS, soon())).isEqualTo(new IntegerRouting(true, null));
        add(Ids.of(1), vectors(1));
        assertThat(cluster.databases.integerRouting(DOCS, soon())).isEqualTo(new IntegerRouting(true, "internal"));
        add(Ids.of(List.of(RowId.of("x"))), vectors(1));
        assertThat(cluster.databases.integerRouting(DOCS, soon())).isEqualTo(new IntegerRouting(true, "external"));
    }

    @Test
    void whatIsReadIsWithinTheMemoryOfItsRequest() {
        int rows = 2_000;
        var vectors = new Vectors(rows, 500, ElementType.FLOAT32, ByteBuffer.allocate(rows * 500 * Float.BYTES)); // 4 MB
        cluster.databases.write(DOCS, new RowBatch(WriteKind.ADD, vectors, Ids.range(0, rows), FieldBlock.NONE), null, RequestMemory.unbounded(), soon());
        var heap = new MemoryBudget("on the heap", 1 << 20);
        var offHeap = new MemoryBudget("outside the heap", 16 << 20);
        try (var memory = new RequestMemory(heap, offHeap)) {
            assertThat(cluster.databases.read(DOCS, new RowSelection.Head(rows), true, true, memory, soon()).vectors().count()).isEqualTo(rows);
            assertThat(offHeap.taken()).isGreaterThan(4_000_000);
        }
        try (var memory = new RequestMemory(heap, new MemoryBudget("outside the heap", 3 << 20))) {
            assertThatThrownBy(() -> cluster.databases.read(DOCS, new RowSelection.Head(rows), true, true, memory, soon()))
                    .extracting(failed -> ((LynseException) failed).error()).isInstanceOfAny(LynseError.PayloadTooLarge.class, LynseError.Overloaded.class);
        }
    }

    @Test
    void deletedRowsAreListedByTheirInsertAndCompactedOverAllGroups() {
        add(Ids.range(0, 30), vectors(30));
        cluster.databases.mark(DOCS, Ids.of(20, 3, 11, 999), true, null, soon());
        assertThat(cluster.databases.read(DOCS, new RowSelection.Deleted(), false, false, RequestMemory.unbounded(), soon()).ids()).isEqualTo(Ids.of(3, 11, 20));
        cluster.databases.mark(DOCS, Ids.of(11), false, null, soon());
        assertThat(cluster.databases.compact(DOCS, soon())).isEqualTo(2);
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(28);
    }

    @Test
    void theFirstInsertFixesTheDimensionForEveryGroup() {
        add(Ids.of(1), List.of(new float[] {1, 2, 3}));
        assertThat(cluster.databases.describe(DOCS).dimension()).isEqualTo(3);
        assertRefused("Dimension mismatch: expected 3, got 2", () -> add(Ids.range(10, 50), vectors(50)));
        assertRefused("Dimension mismatch: expected 3, got 2", () -> cluster.databases.search(DOCS, new Query(new float[] {1, 2}, new Query.Options(1, false, 0)), RequestMemory.unbounded(), soon()));
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isOne();
    }

    @Test
    void badBatchesReachNoGroup() {
        assertRefused("duplicate external id 7 within the same insert batch", () -> add(Ids.of(LongStream.concat(LongStream.range(0, 40), LongStream.of(7)).toArray()), vectors(41)));
        var broken = new ArrayList<>(vectors(40));
        broken.set(39, new float[] {1, Float.NaN});
        assertRefused("vectors[39] has a component that is not finite", () -> add(Ids.range(0, 40), broken));
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isZero();
    }

    @Test
    void anAddThatOneGroupRefusesTellsWhichRowsAreIn() {
        add(Ids.of(5), vectors(1));
        assertThatThrownBy(() -> add(Ids.range(0, 20), vectors(20))).isInstanceOf(LynseException.class)
                .extracting(failed -> ((LynseException) failed).error()).asInstanceOf(type(LynseError.PartialWrite.class))
                .satisfies(partial -> {
                    assertThat(partial.refused()).contains(RowId.of(5));
                    assertThat(partial.unknown()).isEmpty();
                    assertThat(partial.written().size() + partial.refused().size()).isEqualTo(20);
                    assertThat(partial.reason()).contains("external id 5 already exists");
                    assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(partial.written().size() + 1L);
                });
    }

    @Test
    void anAddOfOneExistingRowIsTheGroupsOwnRefusal() {
        add(Ids.of(5), vectors(1));
        assertRefused("external id 5 already exists", () -> add(Ids.of(5), vectors(1)));
    }

    @Test
    void aMissingIdIsNamed() {
        add(Ids.range(0, 10), vectors(10));
        assertRefused("external id 77 does not exist", () -> cluster.databases.read(DOCS, new RowSelection.ById(Ids.of(3, 77)), true, true, RequestMemory.unbounded(), soon()));
    }

    @Test
    void aRestartedPrimaryIsPromotedAnewAndTheWriteWaitsForIt() {
        Epoch before = cluster.epoch(SG0);
        cluster.a.restart();
        add(Ids.range(0, 20), vectors(20));
        assertThat(cluster.epoch(SG0)).isGreaterThan(before);
        assertThat(cluster.epoch(SG1)).isEqualTo(new Epoch(1));
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(20);
    }

    @Test
    void aRetriedPartCarriesTheSameWriteId() {
        cluster.a.feel(Mood.REFUSES_BEFORE);
        var writer = Thread.ofVirtual().start(() -> add(Ids.range(0, 20), vectors(20)));
        await().until(() -> cluster.b.writeIds().size() == 1);
        cluster.a.feel(Mood.NORMAL);
        await().until(() -> !writer.isAlive());
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(20);
        assertThat(cluster.a.writeIds()).hasSize(1);
        assertThat(cluster.a.writeIds().getFirst()).hasSize(16).isNotEqualTo(cluster.b.writeIds().getFirst());
    }

    @Test
    void aLargeBatchIsSentFromWhereItLiesAndAgainAfterARefusal() {
        var heap = new MemoryBudget("on the heap", 1 << 20);
        var offHeap = new MemoryBudget("outside the heap", 16 << 20);
        int rows = 4_000;
        int dimension = 500; // 8 MB
        cluster.a.feel(Mood.REFUSES_BEFORE);
        Thread writer;
        try (var memory = new RequestMemory(heap, offHeap)) {
            ByteBuffer body = memory.allocate((long) rows * dimension * Float.BYTES);
            for (int i = 0; i < rows * dimension; i++) body.putFloat(i);
            var vectors = new Vectors(rows, dimension, ElementType.FLOAT32, body.flip());
            writer = Thread.ofVirtual().start(() -> cluster.databases.write(
                    DOCS, new RowBatch(WriteKind.ADD, vectors, Ids.range(0, rows), FieldBlock.NONE), null, memory, soon()));
            await().until(() -> cluster.b.writeIds().size() == 1);
        } // its client has gone; the part that waits for its group goes on
        cluster.a.feel(Mood.NORMAL);
        await().until(() -> !writer.isAlive());
        assertThat(offHeap.taken() + heap.taken()).isZero();
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(rows);
        for (int row : new int[] {0, 1, 2, 1_000, rows - 1}) {
            Rows read = cluster.databases.read(DOCS, new RowSelection.ById(Ids.of(row)), true, false, RequestMemory.unbounded(), soon());
            assertThat(read.vectors().row(0)).startsWith(row * dimension, row * dimension + 1).endsWith(row * dimension + dimension - 1);
        }
    }

    @Test
    void aGroupWithoutRoomIsAskedUntilItHasSome() {
        cluster.a.feel(Mood.HAS_NO_ROOM);
        var writer = Thread.ofVirtual().start(() -> add(Ids.range(0, 20), vectors(20)));
        await().until(() -> cluster.b.writeIds().size() == 1);
        cluster.a.feel(Mood.NORMAL);
        await().until(() -> !writer.isAlive());
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(20);

        cluster.a.feel(Mood.HAS_NO_ROOM);
        cluster.b.feel(Mood.HAS_NO_ROOM);
        assertThatThrownBy(() -> add(Ids.range(20, 20), vectors(20))).extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Overloaded.class);
    }

    /** The group remembers nothing of a part whose collection it did not have. */
    @Test
    void aPartRefusedForACollectionThatComesLaterIsSentAgainAsItIs() {
        cluster.a.forgetCollections();
        add(Ids.range(0, 20), vectors(20));
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(20);
        assertThat(cluster.a.writeIds()).hasSizeGreaterThan(1).containsOnly(cluster.a.writeIds().getFirst());
        assertThat(cluster.b.writeIds()).hasSize(1);
    }

    @Test
    void aConnectionThatBreaksAfterTheWriteLeavesItsRowsUnknownAndIsNotRetried() {
        cluster.a.feel(Mood.BREAKS_AFTER);
        assertThatThrownBy(() -> add(Ids.range(0, 20), vectors(20))).isInstanceOf(LynseException.class)
                .extracting(failed -> ((LynseException) failed).error()).asInstanceOf(type(LynseError.PartialWrite.class))
                .satisfies(partial -> {
                    assertThat(partial.refused()).isEmpty();
                    assertThat(partial.unknown()).isNotEmpty();
                    assertThat(partial.unknown().size() + partial.written().size()).isEqualTo(20);
                });
        assertThat(cluster.a.writeIds()).hasSize(1);
    }

    @Test
    void aGroupThatStaysAwayFailsASearchByName() {
        add(Ids.range(0, 20), vectors(20));
        cluster.b.stop();
        assertThatThrownBy(() -> cluster.databases.search(DOCS, new Query(new float[] {1, 1}, new Query.Options(5, false, 0)), RequestMemory.unbounded(), soon()))
                .isInstanceOf(LynseException.class)
                .hasMessageContaining("shard group sg1")
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Unavailable.class);
        await().until(() -> cluster.health.node(cluster.authority.image().group(SG1).primary().uri()).map(NodeStatus::state).orElse("").equals("unhealthy"));
        assertThat(cluster.health.group(SG1)).hasValueSatisfying(status -> assertThat(status.reason()).contains("waits for").contains("unhealthy"));
        cluster.b.start();
        cluster.awaitLeading(SG1);
        assertThat(cluster.databases.search(DOCS, new Query(new float[] {1, 1}, new Query.Options(5, false, 0)), RequestMemory.unbounded(), soon()).hits().size()).isEqualTo(5);
    }

    @Test
    void aWipedPrimaryIsNotPromotedAndSaysWhomTheGroupWaitsFor() {
        Epoch before = cluster.epoch(SG1);
        cluster.b.wipe("somebody-else");
        await().until(() -> cluster.health.node(cluster.authority.image().group(SG1).primary().uri()).map(NodeStatus::state).orElse("").equals("other_node"));
        await().until(() -> cluster.health.group(SG1).filter(status -> !status.leads()).isPresent());
        assertThat(cluster.epoch(SG1)).isEqualTo(before);
        assertThat(cluster.health.group(SG1)).hasValueSatisfying(status ->
                assertThat(status.reason()).contains("waits for node node-b").contains("somebody-else").contains("wiped or swapped"));
        assertThatThrownBy(() -> add(Ids.range(0, 20), vectors(20))).isInstanceOf(LynseException.class).hasMessageContaining("shard group sg1");
    }

    @Test
    void aGroupThatWasAwayCatchesUpOnWhatWasDeclaredAndDropped() {
        var later = new CollectionName("db", "later");
        cluster.b.stop();
        assertThatThrownBy(() -> cluster.databases.open(later, UNFIXED, false, Deadline.after(Duration.ofMillis(500))))
                .isInstanceOf(LynseException.class).hasMessageContaining("shard group sg1");
        assertThat(cluster.databases.exists(later)).isTrue();
        cluster.databases.drop(DOCS, Deadline.after(Duration.ofMillis(500)));
        cluster.b.start();
        await().untilAsserted(() -> assertThat(cluster.b.names()).containsExactly("db/later"));
        cluster.databases.write(later, batch(Ids.range(0, 20), vectors(20)), null, RequestMemory.unbounded(), soon());
    }

    @Test
    void aGroupThatCouldNotBeToldCatchesUpOnTheParametersOfTheSameIndex() {
        add(Ids.range(0, 20), vectors(20));
        cluster.databases.setIndex(DOCS, HNSW, IndexParameters.of(HNSW, Map.of("m", 16)), soon());
        cluster.b.feel(Mood.REFUSES_BEFORE);
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.of(HNSW, Map.of("m", 32)), Deadline.after(Duration.ofMillis(500))))
                .isInstanceOf(LynseException.class).hasMessageContaining("shard group sg1");
        cluster.b.feel(Mood.NORMAL);
        await().untilAsserted(() -> assertThat(cluster.b.indexParameters(cluster.id(DOCS)).getM()).isEqualTo(32));
    }

    @Test
    void aPrimaryThatLostACollectionGetsItBackWhileTheWriteWaits() {
        cluster.b.forgetCollections();
        add(Ids.range(0, 20), vectors(20));
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isEqualTo(20);
    }

    @Test
    void aGroupThatRefusesOneRepairForGoodGetsTheOthers() {
        var bad = new CollectionName("db", "bad");
        cluster.b.refuses(bad);
        assertRefused("told to refuse", () -> cluster.databases.open(bad, UNFIXED, false, soon()));
        cluster.b.forgetCollections();
        add(Ids.range(0, 20), vectors(20));
        assertThat(cluster.b.names()).containsExactly("db/docs");
    }

    @Test
    void tooLongVectorsLeaveTheCollectionAsItWas() {
        assertRefused("vector dimension must be between 1 and 16384, got 16385", () -> cluster.databases.write(
                DOCS, new RowBatch(WriteKind.ADD, Vectors.of(new float[16_385]), null, FieldBlock.NONE), null, RequestMemory.unbounded(), soon()));
        add(Ids.range(0, 20), vectors(20));
        var tooLong = new CollectionName("db", "long");
        assertRefused("dim must be at most 16384, got 16385", () -> cluster.databases.open(
                tooLong, new CollectionSpec(16_385, ElementType.FLOAT32, null), false, soon()));
        assertThat(cluster.databases.exists(tooLong)).isFalse();
    }

    @Test
    void rowsWrittenThroughThisCoordinatorComeAfterAllThatAreStored() {
        long ahead = (System.currentTimeMillis() + Duration.ofDays(1).toMillis()) << 16;
        add(Ids.of(1), vectors(1));
        cluster.a.setLargestStamp(ahead);
        cluster.b.setLargestStamp(ahead);
        await().until(() -> {
            // A fresh row each time, until the clock has heard of the stamp.
            cluster.databases.write(DOCS, new RowBatch(WriteKind.UPSERT, Vectors.of(new float[] {1, 1}), Ids.of(System.nanoTime()), FieldBlock.NONE), null, RequestMemory.unbounded(), soon());
            Rows last = cluster.databases.read(DOCS, new RowSelection.Tail(1), false, false, RequestMemory.unbounded(), soon());
            return last.stamps()[0].clock() > ahead;
        });
    }

    @Test
    void anApproximateIndexNeedsARowSomewhereAndReachesEmptyGroupsToo() {
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, soon()))
                .isInstanceOf(LynseException.class).hasMessage("Empty database");
        add(Ids.of(1), vectors(1));
        cluster.databases.setIndex(DOCS, HNSW, new IndexParameters(Map.of(IndexParameter.M, 16)), soon());
        assertThat(cluster.databases.describe(DOCS).indexMode()).isEqualTo(HNSW);
        cluster.databases.setIndex(DOCS, null, IndexParameters.NONE, soon());
        assertThat(cluster.databases.describe(DOCS).indexMode()).isNull();
    }

    @Test
    void anIndexIsBuiltWhenEveryPrimaryHasBuiltIt() throws Exception {
        add(Ids.range(0, 20), vectors(20));
        cluster.b.index(true, false, "building");
        var asked = CompletableFuture.runAsync(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, soon()));
        await().until(() -> cluster.b.indexQuestions() > 1);
        assertThat(asked).isNotDone();
        cluster.b.index(false, false, "ready");
        asked.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anIndexThatIsNotBuiltByTheDeadlineIsRecordedAndSaysThatTheBuildGoesOn() {
        add(Ids.range(0, 20), vectors(20));
        cluster.b.index(true, false, "building, 20 rows are scanned until it is done");
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, Deadline.after(Duration.ofMillis(1500))))
                .hasMessageContaining("the build goes on").hasMessageContaining("building, 20 rows")
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.OutcomeUnknown.class);
        assertThat(cluster.databases.describe(DOCS).indexMode()).isEqualTo(HNSW);
    }

    @Test
    void anIndexThatAPrimaryCannotBuildIsAConflictThatNamesTheReason() {
        add(Ids.range(0, 20), vectors(20));
        cluster.a.index(false, true, "exact: the heap is too small");
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, soon()))
                .hasMessageContaining("the heap is too small")
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Conflict.class);
    }

    @Test
    void droppedAndReopenedIsEmptyEverywhere() {
        add(Ids.range(0, 20), vectors(20));
        cluster.databases.open(DOCS, UNFIXED, true, soon());
        assertThat(cluster.databases.stats(DOCS, false, soon()).rows()).isZero();
        assertThat(cluster.databases.read(DOCS, new RowSelection.Head(5), true, true, RequestMemory.unbounded(), soon()).size()).isZero();
        cluster.databases.create("db", true, soon());
        assertThat(cluster.a.names()).isEmpty();
        assertThatThrownBy(() -> cluster.databases.describe(DOCS)).isInstanceOf(LynseException.class).hasMessage("Collection not found: docs");
    }

    @Test
    void durabilityCallsNeedTheCollection() {
        for (Durability durability : Durability.values()) {
            cluster.databases.settle(DOCS, durability, soon());
            assertThatThrownBy(() -> cluster.databases.settle(new CollectionName("db", "nope"), durability, soon())).hasMessage("Collection not found: nope");
            assertThatThrownBy(() -> cluster.databases.settle(new CollectionName("nope", "c"), durability, soon())).hasMessage("Database not found: nope");
        }
        assertThat(cluster.databases.path(DOCS, soon()).groups()).extracting(path -> path.group()).containsExactly("sg0", "sg1");
    }

    private Ids add(@Nullable Ids ids, List<float[]> vectors) {
        return cluster.databases.write(DOCS, batch(ids, vectors), null, RequestMemory.unbounded(), soon());
    }

    private static RowBatch batch(@Nullable Ids ids, List<float[]> vectors) {
        var fields = new ArrayList<@Nullable Fields>();
        for (int row = 0; row < vectors.size(); row++) fields.add(Fields.of(Map.of("n", row)));
        return new RowBatch(WriteKind.ADD, Vectors.of(vectors.toArray(float[][]::new)), ids, FieldBlock.of(fields));
    }

    private static List<float[]> vectors(int count) {
        return IntStream.range(0, count).mapToObj(i -> new float[] {1, i}).toList();
    }

    private static void assertRefused(String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(LynseException.class).hasMessageContaining(message)
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.InvalidArgument.class);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
