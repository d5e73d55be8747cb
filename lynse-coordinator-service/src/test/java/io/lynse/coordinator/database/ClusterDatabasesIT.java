package io.lynse.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.search.SearchService;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases.Durability;
import io.lynse.http.Databases.IntegerRouting;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.CollectionStats;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The whole coordinator over two fake shards: what a client sees when all goes well, and when it asks for what cannot be. */
class ClusterDatabasesIT extends DocsOverTwoGroups {

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
    void theFirstRowsAreFoundWhereTheMetadataDoesNotTellOfThemYet() {
        CollectionImage before = Objects.requireNonNull(cluster.authority.image().collection(DOCS));
        assertThat(before.dimension()).isZero();
        add(Ids.of(7), List.of(new float[] {1, 2}));
        var query = new Query(new float[] {1, 1}, new Query.Options(3, false, 0));
        var late = new SearchService(cluster.groups).search(before, query, RequestMemory.unbounded(), Reading.usual(), soon());
        assertThat(late.results().getFirst().ids()).isEqualTo(Ids.of(7));
    }

    @Test
    void rowsAreSplitFoundAndReadInTheOrderOfTheirInsert() {
        long[] ids = LongStream.range(0, 100).map(i -> 99 - i).toArray();
        assertThat(add(Ids.of(ids), IntStream.range(0, 100).mapToObj(i -> new float[] {1, i}).toList())).isEqualTo(Ids.of(ids));
        assertThat(cluster.a.rows(cluster.id(DOCS))).isPositive();
        assertThat(cluster.b.rows(cluster.id(DOCS))).isEqualTo(100 - cluster.a.rows(cluster.id(DOCS)));

        Hits hits = cluster.databases.search(DOCS, new Query(new float[] {0, 1}, new Query.Options(3, true, 0)), RequestMemory.unbounded(), Reading.usual(), soon()).hits();
        assertThat(hits.ids()).isEqualTo(Ids.of(0, 1, 2)); // ids count down while the second component counts up
        assertThat(hits.scores()).containsExactly(99, 98, 97);
        assertThat(Objects.requireNonNull(hits.fields().get(0)).toMap()).isEqualTo(Map.of("n", 99L));

        Rows head = cluster.databases.read(DOCS, new RowSelection.Head(4), true, true, RequestMemory.unbounded(), Reading.usual(), soon());
        assertThat(head.ids()).isEqualTo(Ids.of(99, 98, 97, 96));
        assertThat(head.vectors().row(3)).containsExactly(1, 3);
        Rows tail = cluster.databases.read(DOCS, new RowSelection.Tail(2), false, false, RequestMemory.unbounded(), Reading.usual(), soon());
        assertThat(tail.ids()).isEqualTo(Ids.of(1, 0));
        Rows asked = cluster.databases.read(DOCS, new RowSelection.ById(Ids.of(7, 3, 7)), true, true, RequestMemory.unbounded(), Reading.usual(), soon());
        assertThat(asked.ids()).isEqualTo(Ids.of(7, 3, 7));

        CollectionStats stats = cluster.databases.stats(DOCS, true, Reading.usual(), soon());
        assertThat(stats.rows()).isEqualTo(100);
        assertThat(stats.maxId()).isEqualTo(99);
        assertThat(stats.fieldNames()).containsExactly("n");
        assertThat(cluster.databases.hasRow(DOCS, Ids.of(5), Reading.usual(), soon())).isTrue();
        assertThat(cluster.databases.hasRow(DOCS, Ids.of(500), Reading.usual(), soon())).isFalse();
    }

    @Test
    void batchesAreAnsweredQueryByQuery() {
        add(Ids.range(0, 50), IntStream.range(0, 50).mapToObj(i -> new float[] {i, -i}).toList());
        var answer = cluster.databases.batchSearch(
                DOCS, Vectors.of(new float[] {1, 0}, new float[] {0, 1}), new Query.Options(2, false, 0), RequestMemory.unbounded(), Reading.usual(), soon());
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
        assertThat(cluster.databases.read(texts, new RowSelection.Head(4), false, false, RequestMemory.unbounded(), Reading.usual(), soon()).ids().toList())
                .containsExactly(RowId.of("first"), RowId.of("second"), RowId.of(2), RowId.of(3));
    }

    @Test
    void rowsWhoseGeneratedIdIsTakenGetAnotherAndTheRestKeepTheirs() {
        assertThat(add(null, vectors(2))).isEqualTo(Ids.range(0, 2));
        add(Ids.of(2), vectors(1));
        Ids ids = add(null, vectors(40));
        assertThat(ids.size()).isEqualTo(40);
        assertThat(ids.toList()).doesNotHaveDuplicates().doesNotContain(RowId.of(0), RowId.of(1), RowId.of(2));
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(43);
        assertThat(cluster.databases.read(DOCS, new RowSelection.ById(ids), false, false, RequestMemory.unbounded(), Reading.usual(), soon()).ids().toList()).isEqualTo(ids.toList());
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
            assertThat(cluster.databases.read(DOCS, new RowSelection.Head(rows), true, true, memory, Reading.usual(), soon()).vectors().count()).isEqualTo(rows);
            assertThat(offHeap.taken()).isGreaterThan(4_000_000);
        }
        try (var memory = new RequestMemory(heap, new MemoryBudget("outside the heap", 3 << 20))) {
            assertThatThrownBy(() -> cluster.databases.read(DOCS, new RowSelection.Head(rows), true, true, memory, Reading.usual(), soon()))
                    .extracting(failed -> ((LynseException) failed).error()).isInstanceOfAny(LynseError.PayloadTooLarge.class, LynseError.Overloaded.class);
        }
    }

    @Test
    void deletedRowsAreListedByTheirInsertAndCompactedOverAllGroups() {
        add(Ids.range(0, 30), vectors(30));
        cluster.databases.mark(DOCS, Ids.of(20, 3, 11, 999), true, null, soon());
        assertThat(cluster.databases.read(DOCS, new RowSelection.Deleted(), false, false, RequestMemory.unbounded(), Reading.usual(), soon()).ids()).isEqualTo(Ids.of(3, 11, 20));
        cluster.databases.mark(DOCS, Ids.of(11), false, null, soon());
        assertThat(cluster.databases.compact(DOCS, soon())).isEqualTo(2);
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(28);
    }

    @Test
    void theFirstInsertFixesTheDimensionForEveryGroup() {
        add(Ids.of(1), List.of(new float[] {1, 2, 3}));
        assertThat(cluster.databases.describe(DOCS).dimension()).isEqualTo(3);
        assertRefused("Dimension mismatch: expected 3, got 2", () -> add(Ids.range(10, 50), vectors(50)));
        assertRefused("Dimension mismatch: expected 3, got 2", () -> cluster.databases.search(DOCS, new Query(new float[] {1, 2}, new Query.Options(1, false, 0)), RequestMemory.unbounded(), Reading.usual(), soon()));
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isOne();
    }

    @Test
    void badBatchesReachNoGroup() {
        assertRefused("duplicate external id 7 within the same insert batch", () -> add(Ids.of(LongStream.concat(LongStream.range(0, 40), LongStream.of(7)).toArray()), vectors(41)));
        var broken = new ArrayList<>(vectors(40));
        broken.set(39, new float[] {1, Float.NaN});
        assertRefused("vectors[39] has a component that is not finite", () -> add(Ids.range(0, 40), broken));
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isZero();
    }

    @Test
    void aMissingIdIsNamed() {
        add(Ids.range(0, 10), vectors(10));
        assertRefused("external id 77 does not exist", () -> cluster.databases.read(DOCS, new RowSelection.ById(Ids.of(3, 77)), true, true, RequestMemory.unbounded(), Reading.usual(), soon()));
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
            Rows last = cluster.databases.read(DOCS, new RowSelection.Tail(1), false, false, RequestMemory.unbounded(), Reading.usual(), soon());
            return last.stamps()[0].clock() > ahead;
        });
    }

    @Test
    void droppedAndReopenedIsEmptyEverywhere() {
        add(Ids.range(0, 20), vectors(20));
        cluster.databases.open(DOCS, UNFIXED, true, soon());
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isZero();
        assertThat(cluster.databases.read(DOCS, new RowSelection.Head(5), true, true, RequestMemory.unbounded(), Reading.usual(), soon()).size()).isZero();
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
}
