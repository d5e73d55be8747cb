package io.lynse.shard.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.HybridClock;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.Reading;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.shard.membership.NodeMembership;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes with a client's key, on one node and over its restarts. */
class KeyedWritesIT {

    private static final CollectionName NAME = new CollectionName("docs", "articles");
    private static final IdempotencyKey KEY = new IdempotencyKey("the first");
    private static final CollectionLimits THREE = new CollectionLimits(3, 0);

    @TempDir
    Path directory;

    private Engine engine;
    private Databases databases;

    @BeforeEach
    void create() throws IOException {
        open(CollectionLimits.NONE);
        databases.create("docs", false, soon());
        databases.open(NAME, new CollectionSpec(0, ElementType.FLOAT32, null), false, soon());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aRepeatIsAnsweredWithTheFirstIdsAlsoAfterARestart() throws IOException {
        assertThat(write(null, 2, KEY)).isEqualTo(Ids.range(0, 2));
        assertThat(write(null, 2, null)).isEqualTo(Ids.range(2, 2));
        assertThat(write(null, 2, KEY)).isEqualTo(Ids.range(0, 2));
        assertThat(write(Ids.of(9, 4), 2, new IdempotencyKey("named"))).isEqualTo(Ids.of(9, 4));
        reopen(CollectionLimits.NONE);
        assertThat(write(null, 2, KEY)).isEqualTo(Ids.range(0, 2));
        assertThat(write(Ids.of(9, 4), 2, new IdempotencyKey("named"))).isEqualTo(Ids.of(9, 4));
        assertThat(rows()).isEqualTo(6);
    }

    @Test
    void duplicatesAtTheSameTimeAreOneWrite() throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                var key = new IdempotencyKey("round " + round);
                Ids expected = Ids.range(3L * round, 3);
                Callable<Ids> client = () -> write(null, 3, key);
                for (Future<Ids> answer : clients.invokeAll(Collections.nCopies(8, client))) assertThat(answer.resultNow()).isEqualTo(expected);
            }
        }
        assertThat(rows()).isEqualTo(60);
    }

    @Test
    void anotherRequestUnderTheKeyIsRefusedAlsoAfterARestart() throws IOException {
        write(Ids.of(1, 2), 2, KEY);
        for (int i = 0; i < 2; i++) {
            assertError(new LynseError.KeyReused(), () -> write(Ids.of(1, 3), 2, KEY));
            assertError(new LynseError.KeyReused(), () -> write(null, 2, KEY));
            assertError(new LynseError.KeyReused(), () -> databases.mark(NAME, Ids.of(1), true, KEY, soon()));
            reopen(CollectionLimits.NONE);
        }
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void aRefusalDecidedByWhatIsStoredIsRememberedAndAMistakeOfTheCallerTakesNoKey() {
        write(Ids.of(1), 1, null);
        assertRefused("external id 1 already exists", () -> write(Ids.of(1), 1, KEY));
        databases.mark(NAME, Ids.of(1), true, null, soon());
        databases.compact(NAME, soon());
        assertRefused("external id 1 already exists", () -> write(Ids.of(1), 1, KEY));
        var broken = new RowBatch(WriteKind.ADD, Vectors.of(new float[] {Float.NaN, 1}), Ids.of(5), FieldBlock.NONE);
        var longer = new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, 2, 3}), Ids.of(5), FieldBlock.NONE);
        var other = new IdempotencyKey("other");
        assertRefused("not finite", () -> databases.write(NAME, broken, other, RequestMemory.unbounded(), soon()));
        assertRefused("Dimension mismatch: expected 2, got 3", () -> databases.write(NAME, longer, other, RequestMemory.unbounded(), soon()));
        assertRefused("duplicate external id 5", () -> write(Ids.of(5, 5), 2, other));
        assertThat(write(Ids.of(5), 1, other)).isEqualTo(Ids.of(5));
    }

    @Test
    void aLimitThatTheFirstReachedDoesNotRefuseItsRepeat() throws IOException {
        reopen(THREE);
        assertThat(write(null, 3, KEY)).isEqualTo(Ids.range(0, 3));
        assertThat(write(null, 3, KEY)).isEqualTo(Ids.range(0, 3));
        assertRefused("collection vector count", () -> write(null, 1, new IdempotencyKey("one more")));
        assertError(new LynseError.KeyReused(), () -> write(null, 2, KEY));
    }

    @Test
    void aCollectionOfTheSameNameDoesNotKnowTheKeysOfTheOneBefore() {
        write(Ids.of(1), 1, KEY);
        databases.open(NAME, new CollectionSpec(0, ElementType.FLOAT32, null), true, soon());
        assertThat(write(Ids.of(2), 1, KEY)).isEqualTo(Ids.of(2));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aLateRepeatDoesNotUndoWhatCameAfter() {
        write(Ids.of(1), 1, null);
        databases.mark(NAME, Ids.of(1), true, KEY, soon());
        databases.mark(NAME, Ids.of(1), false, null, soon());
        databases.mark(NAME, Ids.of(1), true, KEY, soon());
        assertThat(databases.read(NAME, new RowSelection.Deleted(), false, false, RequestMemory.unbounded(), Reading.usual(), soon()).size()).isZero();
    }

    private void reopen(CollectionLimits limits) throws IOException {
        engine.close();
        open(limits);
    }

    private void open(CollectionLimits limits) throws IOException {
        engine = Engine.open(EngineSettings.of(directory));
        var membership = NodeMembership.open(engine.directory(), engine.nodeId(), engine.lastLsn().value() > 0);
        databases = new EngineDatabases(engine, membership, new HybridClock(System::currentTimeMillis), limits);
    }

    private Ids write(@Nullable Ids ids, int count, @Nullable IdempotencyKey key) {
        float[][] vectors = IntStream.range(0, count).mapToObj(row -> new float[] {row, 1}).toArray(float[][]::new);
        return databases.write(NAME, new RowBatch(WriteKind.ADD, Vectors.of(vectors), ids, FieldBlock.NONE), key, RequestMemory.unbounded(), soon());
    }

    private long rows() {
        return databases.stats(NAME, false, Reading.usual(), soon()).rows();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private static void assertRefused(String reason, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageContaining(reason).isInstanceOfSatisfying(LynseException.class, refused ->
                assertThat(refused.error()).isInstanceOf(LynseError.InvalidArgument.class));
    }

    private static void assertError(LynseError error, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isEqualTo(error));
    }
}
