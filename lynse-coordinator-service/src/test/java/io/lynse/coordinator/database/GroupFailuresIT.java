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
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.IndexParameters;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client sees when one shard group refuses, breaks off, is away, or has lost something, and how that group is brought in line. */
class GroupFailuresIT extends DocsOverTwoGroups {

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
                    assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(partial.written().size() + 1L);
                });
    }

    @Test
    void anAddOfOneExistingRowIsTheGroupsOwnRefusal() {
        add(Ids.of(5), vectors(1));
        assertRefused("external id 5 already exists", () -> add(Ids.of(5), vectors(1)));
    }

    @Test
    void aRestartedPrimaryIsPromotedAnewAndTheWriteWaitsForIt() {
        Epoch before = cluster.epoch(SG0);
        cluster.a.restart();
        add(Ids.range(0, 20), vectors(20));
        assertThat(cluster.epoch(SG0)).isGreaterThan(before);
        assertThat(cluster.epoch(SG1)).isEqualTo(new Epoch(1));
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(20);
    }

    @Test
    void aRetriedPartCarriesTheSameWriteId() {
        cluster.a.feel(Mood.REFUSES_BEFORE);
        var writer = Thread.ofVirtual().start(() -> add(Ids.range(0, 20), vectors(20)));
        await().until(() -> cluster.b.writeIds().size() == 1);
        cluster.a.feel(Mood.NORMAL);
        await().until(() -> !writer.isAlive());
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(20);
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
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(rows);
        for (int row : new int[] {0, 1, 2, 1_000, rows - 1}) {
            Rows read = cluster.databases.read(DOCS, new RowSelection.ById(Ids.of(row)), true, false, RequestMemory.unbounded(), Reading.usual(), soon());
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
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(20);

        cluster.a.feel(Mood.HAS_NO_ROOM);
        cluster.b.feel(Mood.HAS_NO_ROOM);
        assertThatThrownBy(() -> add(Ids.range(20, 20), vectors(20))).extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Overloaded.class);
    }

    /** The group remembers nothing of a part whose collection it did not have. */
    @Test
    void aPartRefusedForACollectionThatComesLaterIsSentAgainAsItIs() {
        cluster.a.forgetCollections();
        add(Ids.range(0, 20), vectors(20));
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(20);
        assertThat(cluster.a.writeIds()).hasSizeGreaterThan(1).containsOnly(cluster.a.writeIds().getFirst());
        assertThat(cluster.b.writeIds()).hasSize(1);
    }

    @Test
    void aWriteWhoseConnectionBrokeIsSentAgainUnderItsIdAndAnsweredByWhatItCameToFirst() {
        cluster.a.feel(Mood.BREAKS_AFTER);
        var writer = Thread.ofVirtual().start(() -> add(Ids.range(0, 20), vectors(20)));
        await().until(() -> cluster.a.writeIds().size() == 1);
        cluster.a.feel(Mood.NORMAL);
        await().until(() -> !writer.isAlive());
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(20);
        assertThat(cluster.a.writeIds()).as("applied once").hasSize(1);
    }

    /** An add of a row that exists: the first attempt's answer got lost, and the second one's is the same. */
    @Test
    void aRefusalOfARepeatIsTheFirstOnesOwn() {
        var group = cluster.a;
        int id = 0;
        while (group.writeIds().isEmpty()) add(Ids.of(id++), vectors(1));
        int there = id - 1;
        group.feel(Mood.BREAKS_AFTER);
        var refused = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try {
                add(Ids.of(there), vectors(1));
                refused.complete("it was taken");
            } catch (LynseException failed) {
                refused.complete(failed.error().message());
            }
        });
        await().until(() -> group.writeIds().size() == 2);
        group.feel(Mood.NORMAL);
        assertThat(refused.join()).contains("external id " + there + " already exists");
    }

    @Test
    void aWriteThatIsNeverConfirmedIsUnknownAtItsDeadline() {
        cluster.a.feel(Mood.BREAKS_AFTER);
        assertThatThrownBy(() -> cluster.databases.write(
                        DOCS, batch(Ids.range(0, 20), vectors(20)), null, RequestMemory.unbounded(), Deadline.after(Duration.ofSeconds(1))))
                .isInstanceOf(LynseException.class)
                .extracting(failed -> ((LynseException) failed).error()).asInstanceOf(type(LynseError.PartialWrite.class))
                .satisfies(partial -> {
                    assertThat(partial.refused()).isEmpty();
                    assertThat(partial.unknown()).isNotEmpty();
                    assertThat(partial.unknown().size() + partial.written().size()).isEqualTo(20);
                });
    }

    @Test
    void aGroupThatStaysAwayFailsASearchByName() {
        add(Ids.range(0, 20), vectors(20));
        cluster.b.stop();
        assertThatThrownBy(() -> cluster.databases.search(DOCS, new Query(new float[] {1, 1}, new Query.Options(5, false, 0)), RequestMemory.unbounded(), Reading.usual(), soon()))
                .isInstanceOf(LynseException.class)
                .hasMessageContaining("shard group sg1")
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Unavailable.class);
        await().until(() -> cluster.health.node(cluster.authority.image().group(SG1).primary().uri()).map(NodeStatus::state).orElse("").equals("unhealthy"));
        assertThat(cluster.health.group(SG1)).hasValueSatisfying(status -> assertThat(status.reason()).contains("waits for").contains("unhealthy"));
        cluster.b.start();
        cluster.awaitLeading(SG1);
        assertThat(cluster.databases.search(DOCS, new Query(new float[] {1, 1}, new Query.Options(5, false, 0)), RequestMemory.unbounded(), Reading.usual(), soon()).hits().size()).isEqualTo(5);
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
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows()).isEqualTo(20);
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
}
