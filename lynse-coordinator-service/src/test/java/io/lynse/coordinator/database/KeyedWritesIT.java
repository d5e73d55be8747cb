package io.lynse.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.coordinator.shardclient.FakeShard.Mood;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.BucketHash;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.Reading;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writes with a client's key through a coordinator, over two groups. */
class KeyedWritesIT extends DocsOverTwoGroups {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Ids TWENTY = Ids.range(0, 20);

    @Test
    void aRepeatIsAnsweredWithTheFirstIdsAndWritesNothing() {
        assertThat(write(TWENTY, key("named"))).isEqualTo(TWENTY);
        Ids generated = generate(30, key("generated"));
        assertThat(generate(5, null).toList()).doesNotContainAnyElementsOf(generated.toList());
        int entries = entries();
        for (int i = 0; i < 3; i++) {
            assertThat(write(TWENTY, key("named"))).isEqualTo(TWENTY);
            assertThat(generate(30, key("generated"))).isEqualTo(generated);
        }
        assertThat(entries()).isEqualTo(entries);
        assertThat(rows()).isEqualTo(55);
    }

    @Test
    void duplicatesAtTheSameTimeAreOneWrite() throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 10; round++) {
                IdempotencyKey key = key("round " + round);
                Callable<Ids> client = () -> generate(10, key);
                var answers = clients.invokeAll(Collections.nCopies(6, client));
                assertThat(answers).extracting(Future::resultNow).containsOnly(answers.getFirst().resultNow());
            }
        }
        assertThat(rows()).isEqualTo(100);
    }

    /** Whichever groups the two requests go to, and whichever the key's own is. */
    @Test
    void anotherRequestUnderTheKeyIsRefusedBeforeARowOfItIsWritten() {
        long inSg0 = idIn(FakeCluster.SG0);
        long inSg1 = idIn(FakeCluster.SG1);
        for (int i = 0; i < 8; i++) {
            IdempotencyKey key = key("number " + i);
            write(Ids.of(inSg0), WriteKind.UPSERT, key);
            int entries = entries();
            assertError(new LynseError.KeyReused(), () -> write(Ids.of(inSg1), WriteKind.UPSERT, key));
            assertError(new LynseError.KeyReused(), () -> write(Ids.of(inSg0, inSg1), WriteKind.UPSERT, key));
            assertError(new LynseError.KeyReused(), () -> write(Ids.of(inSg0), WriteKind.ADD, key));
            assertError(new LynseError.KeyReused(), () -> generate(20, key));
            assertError(new LynseError.KeyReused(), () -> cluster.databases.mark(DOCS, Ids.of(inSg1), true, key, soon()));
            assertThat(entries()).isEqualTo(entries);
        }
        assertThat(rows()).isOne();
    }

    @Test
    void aRepeatCompletesWhatOneGroupDidNotTake() {
        cluster.b.feel(Mood.REFUSES_BEFORE);
        IdempotencyKey key = keyOf(FakeCluster.SG0);
        assertThatThrownBy(() -> write(TWENTY, key)).isInstanceOfSatisfying(LynseException.class, failed ->
                assertThat(failed.error()).isInstanceOf(LynseError.PartialWrite.class));
        long before = rows();
        assertThat(before).isBetween(1L, 19L);
        cluster.b.feel(Mood.NORMAL);
        assertThat(write(TWENTY, key)).isEqualTo(TWENTY);
        assertThat(rows()).isEqualTo(20);
        assertThat(cluster.a.writeIds()).hasSize(1);
    }

    @Test
    void aRepeatTellsWhatBecameOfAWriteWhoseAnswerWasLost() {
        cluster.a.feel(Mood.BREAKS_AFTER);
        IdempotencyKey key = keyOf(FakeCluster.SG1);
        assertThatThrownBy(() -> generate(20, key, Deadline.after(SHORT))).isInstanceOfSatisfying(LynseException.class, failed ->
                assertThat(failed.error()).isInstanceOfSatisfying(LynseError.PartialWrite.class, partial -> assertThat(partial.unknown()).isNotEmpty()));
        cluster.a.feel(Mood.NORMAL);
        Ids ids = generate(20, key);
        assertThat(rows()).isEqualTo(20);
        assertThat(cluster.databases.read(DOCS, new RowSelection.ById(ids), false, false, RequestMemory.unbounded(), Reading.usual(), soon()).size()).isEqualTo(20);
    }

    @Test
    void aClaimWhoseAnswerIsLostIsMadeAgain() {
        cluster.a.feel(Mood.BREAKS_AFTER);
        Ids ids = Ids.of(idIn(FakeCluster.SG1));
        assertThatThrownBy(() -> cluster.databases.write(
                        DOCS, batch(ids, WriteKind.ADD, 1), keyOf(FakeCluster.SG0), RequestMemory.unbounded(), Deadline.after(SHORT)))
                .isInstanceOfSatisfying(LynseException.class, failed -> assertThat(failed.error()).isInstanceOf(LynseError.Unavailable.class));
        assertThat(rows()).isZero();
        cluster.a.feel(Mood.NORMAL);
        write(Ids.of(idIn(FakeCluster.SG1)), keyOf(FakeCluster.SG0));
        assertThat(rows()).isOne();
    }

    @Test
    void rowsWhoseGeneratedIdWasTakenKeepTheirSecondOnesInARepeat() {
        generate(1, null);
        write(Ids.of(LongStream.range(3, 9).toArray()), null);
        Ids ids = generate(40, key("k"));
        assertThat(ids.toList()).doesNotHaveDuplicates().doesNotContain(RowId.of(3), RowId.of(8));
        int entries = entries();
        assertThat(generate(40, key("k"))).isEqualTo(ids);
        assertThat(entries()).isEqualTo(entries);
        assertThat(rows()).isEqualTo(47);
    }

    /** Which rows need second ids shows group by group: the one that was away refuses its part only in the repeat. */
    @Test
    void aRepeatFindsCollisionsThatTheFirstCouldNotSee() {
        generate(1, null);
        Ids ahead = Ids.of(LongStream.range(3, 13).toArray());
        assertThat(ahead.toList()).extracting(this::groupOf).contains(FakeCluster.SG0, FakeCluster.SG1);
        write(ahead, null);
        cluster.b.feel(Mood.REFUSES_BEFORE);
        IdempotencyKey key = keyOf(FakeCluster.SG0);
        assertThatThrownBy(() -> generate(40, key)).isInstanceOfSatisfying(LynseException.class, failed ->
                assertThat(failed.error()).isInstanceOf(LynseError.PartialWrite.class));
        assertThat(rows()).isGreaterThan(11);
        cluster.b.feel(Mood.NORMAL);
        Ids ids = generate(40, key);
        assertThat(ids.toList()).doesNotHaveDuplicates().doesNotContainAnyElementsOf(ahead.toList());
        assertThat(rows()).isEqualTo(51);
        int entries = entries();
        assertThat(generate(40, key)).isEqualTo(ids);
        assertThat(entries()).isEqualTo(entries);
    }

    /** A group remembers nothing of a part whose collection it lacked: it may come again as it is. */
    @Test
    void aPartThatCameBeforeItsCollectionIsWrittenOnce() {
        cluster.a.forgetCollections();
        write(TWENTY, key("k"));
        assertThat(cluster.a.writeIds()).extracting(ByteBuffer::wrap).containsOnly(ByteBuffer.wrap(cluster.a.writeIds().getFirst()));
        int entries = entries();
        assertThat(write(TWENTY, key("k"))).isEqualTo(TWENTY);
        assertThat(entries()).isEqualTo(entries);
        assertThat(rows()).isEqualTo(20);
    }

    @Test
    void aLateDeleteDoesNotUndoARestore() {
        write(TWENTY, null);
        cluster.databases.mark(DOCS, TWENTY, true, key("d"), soon());
        cluster.databases.mark(DOCS, TWENTY, false, null, soon());
        cluster.databases.mark(DOCS, TWENTY, true, key("d"), soon());
        assertThat(cluster.databases.stats(DOCS, false, Reading.usual(), soon()).tombstones()).isZero();
    }

    @Test
    void aMistakeOfTheCallerTakesNoKey() {
        write(Ids.of(1), null);
        var longer = new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, 2, 3}), Ids.of(5), FieldBlock.NONE);
        assertThatThrownBy(() -> cluster.databases.write(DOCS, longer, key("k"), RequestMemory.unbounded(), soon())).hasMessageContaining("Dimension mismatch");
        assertThatThrownBy(() -> write(Ids.of(5, 5), key("k"))).hasMessageContaining("duplicate external id 5");
        assertThat(write(Ids.of(5), key("k"))).isEqualTo(Ids.of(5));
    }

    /** Only the group of the row would refuse it, when the others had theirs in. */
    @Test
    void aRowThatNoGroupCouldHoldIsRefusedBeforeAnyIsWritten() {
        int entries = entries();
        var tooLong = Ids.of(List.of(RowId.of(1), RowId.of("x".repeat(RowId.TEXT_BYTES_MAX + 1)), RowId.of(3)));
        assertThatThrownBy(() -> write(tooLong, key("k"))).hasMessage("string IDs cannot exceed 32765 bytes");
        var halves = new CollectionName("db", "halves");
        cluster.databases.open(halves, new CollectionSpec(2, ElementType.FLOAT16, null), false, soon());
        var tooLarge = new RowBatch(WriteKind.ADD, Vectors.of(new float[][] {{1, 1}, {1, 70_000}}), Ids.range(0, 2), FieldBlock.NONE);
        assertThatThrownBy(() -> cluster.databases.write(halves, tooLarge, key("k"), RequestMemory.unbounded(), soon()))
                .hasMessage("the value 70000.0 of row 1 is beyond float16");
        assertThat(entries()).isEqualTo(entries);
        assertThat(write(Ids.of(1), key("k"))).isEqualTo(Ids.of(1));
        cluster.databases.write(halves, batch(Ids.of(7), WriteKind.ADD, 1), key("k"), RequestMemory.unbounded(), soon());
    }

    @Test
    void collectionsHaveTheirOwnKeys() {
        var other = new CollectionName("db", "other");
        cluster.databases.open(other, UNFIXED, false, soon());
        write(TWENTY, key("k"));
        cluster.databases.write(other, batch(Ids.of(7), WriteKind.ADD, 1), key("k"), RequestMemory.unbounded(), soon());
        assertThat(cluster.databases.stats(other, false, Reading.usual(), soon()).rows()).isOne();
        cluster.databases.open(DOCS, UNFIXED, true, soon());
        assertThat(write(Ids.of(3), key("k"))).isEqualTo(Ids.of(3));
        assertThat(rows()).isOne();
    }

    private int entries() {
        return cluster.a.writeIds().size() + cluster.b.writeIds().size();
    }

    private long rows() {
        return cluster.databases.stats(DOCS, false, Reading.usual(), soon()).rows();
    }

    private Ids write(Ids ids, @Nullable IdempotencyKey key) {
        return write(ids, WriteKind.ADD, key);
    }

    private Ids write(Ids ids, WriteKind kind, @Nullable IdempotencyKey key) {
        return cluster.databases.write(DOCS, batch(ids, kind, ids.size()), key, RequestMemory.unbounded(), soon());
    }

    private Ids generate(int count, @Nullable IdempotencyKey key) {
        return generate(count, key, soon());
    }

    private Ids generate(int count, @Nullable IdempotencyKey key, Deadline deadline) {
        return cluster.databases.write(DOCS, batch(null, WriteKind.ADD, count), key, RequestMemory.unbounded(), deadline);
    }

    private static RowBatch batch(@Nullable Ids ids, WriteKind kind, int count) {
        float[][] vectors = IntStream.range(0, count).mapToObj(row -> new float[] {row, 1}).toArray(float[][]::new);
        return new RowBatch(kind, Vectors.of(vectors), ids, FieldBlock.NONE);
    }

    private static IdempotencyKey key(String text) {
        return new IdempotencyKey(text);
    }

    /** A key whose claims are kept by this group. */
    private IdempotencyKey keyOf(ShardGroupId group) {
        return IntStream.range(0, 100).mapToObj(i -> key("key " + i)).filter(key -> groupOf(RowId.of(key.text())).equals(group)).findFirst().orElseThrow();
    }

    private long idIn(ShardGroupId group) {
        return LongStream.range(0, 100).filter(id -> groupOf(RowId.of(id)).equals(group)).findFirst().orElseThrow();
    }

    private ShardGroupId groupOf(RowId id) {
        CollectionImage collection = Objects.requireNonNull(cluster.authority.image().collection(DOCS));
        return collection.table().groupOf(new BucketHash(DOCS, collection.table().bucketCount()).bucketOf(id));
    }

    private static void assertError(LynseError error, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isEqualTo(error));
    }
}
