package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.field.Fields;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.EntryType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conditions and answers of one engine, one claim each. */
class EngineIT {

    private static final Query.Options TEN = new Query.Options(10, false, 0);
    private static final float[] X = {1, 0};
    private static final float[] Y = {0, 1};

    @TempDir
    Path directory;

    private TestEngine engine;

    @BeforeEach
    void open() {
        engine = new TestEngine(directory);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void anAddWhoseIdExistsIsRefusedAsAWhole() {
        CollectionId id = engine.create("c");
        engine.add(id, Ids.of(1), X);
        assertRefused(() -> engine.add(id, Ids.of(2, 1), X, Y), "external id 1 already exists");
        engine.mark(id, Ids.of(1), true);
        assertRefused(() -> engine.add(id, Ids.of(2, 1), X, Y), "external id 1 already exists");
        assertThat(rows(id).ids()).isEqualTo(Ids.of(1));
    }

    @Test
    void anIdTwiceInABatchIsRefused() {
        CollectionId id = engine.create("c");
        assertRefused(() -> engine.add(id, Ids.of(4, 4), X, Y), "duplicate external id 4 within the same insert batch");
        assertRefused(() -> engine.upsert(id, Ids.of(List.of(RowId.of("a"), RowId.of(5), RowId.of("a"))), X, Y, X),
                "duplicate external id a within the same insert batch");
        assertThat(engine.add(id, Ids.of(List.of(RowId.of(5), RowId.of("5"))), X, Y).size()).isEqualTo(2);
    }

    @Test
    void theFirstInsertFixesTheDimensionAndARefusedOneDoesNot() {
        CollectionId id = engine.create("c");
        assertRefused(() -> engine.add(id, Ids.of(1, 1), new float[3], new float[3]), "duplicate external id 1 within the same insert batch");
        assertThat(info(id).dimension()).isZero();
        engine.add(id, Ids.of(1), X);
        assertThat(info(id).dimension()).isEqualTo(2);
        assertRefused(() -> engine.add(id, Ids.of(2), new float[3]), "Dimension mismatch: expected 2, got 3");
        engine.reopen();
        assertThat(info(id).dimension()).isEqualTo(2);
        assertRefused(() -> engine.upsert(id, Ids.of(2), new float[3]), "Dimension mismatch: expected 2, got 3");
        assertThatThrownBy(() -> engine.engine().search(id, new Query(new float[3], TEN))).hasMessage("Dimension mismatch: expected 2, got 3");
    }

    @Test
    void anUpsertKeepsFieldsAndPlaceAndRevives() {
        CollectionId id = engine.create("c");
        Fields kept = Fields.of(Map.of("kept", true));
        engine.add(id, Ids.of(1, 2), Arrays.asList(kept, kept), X, Y);
        engine.mark(id, Ids.of(1), true);
        engine.engine().stats(id, false); // folds: the rest happens to stored rows
        engine.upsert(id, Ids.of(1), Y);
        engine.upsert(id, Ids.of(2), List.of(Fields.EMPTY), X);
        Rows rows = rows(id);
        assertThat(rows.ids()).isEqualTo(Ids.of(1, 2));
        assertThat(rows.fields().toList(2)).containsExactly(kept, Fields.EMPTY);
        assertThat(engine.engine().stats(id, false).tombstones()).isZero();
    }

    @Test
    void generatedIdsBeginAboveEveryNumberTaken() {
        CollectionId id = engine.create("c");
        assertThat(engine.bulkAdd(id, X, Y)).isEqualTo(Ids.range(0, 2));
        engine.add(id, Ids.of(List.of(RowId.of("first"), RowId.of("second"))), X, Y);
        assertThat(engine.bulkAdd(id, X)).isEqualTo(Ids.range(4, 1));
        engine.add(id, Ids.of(100), X);
        assertThat(engine.bulkAdd(id, X)).isEqualTo(Ids.range(101, 1));
        engine.mark(id, Ids.of(101), true);
        engine.compact(id);
        assertThat(engine.bulkAdd(id, X)).isEqualTo(Ids.range(102, 1));
        engine.add(id, Ids.of(Long.MAX_VALUE), X);
        assertRefused(() -> engine.bulkAdd(id, X), "no integer id is left above 9223372036854775807");
    }

    @Test
    void deletedRowsAreNotFoundAndStayReadable() {
        CollectionId id = engine.create("c");
        engine.add(id, Ids.of(1, 2), X, Y);
        engine.mark(id, Ids.of(List.of(RowId.of(1), RowId.of(77), RowId.of("unknown"))), true);
        assertThat(engine.engine().search(id, new Query(X, TEN)).ids()).isEqualTo(Ids.of(2));
        assertThat(engine.engine().hasRow(id, RowId.of(1))).isTrue();
        assertThat(engine.engine().hasRow(id, RowId.of(77))).isFalse();
        assertThat(rows(id).ids()).isEqualTo(Ids.of(1, 2));
        assertThat(engine.engine().read(id, new RowSelection.Deleted(), false, false).ids()).isEqualTo(Ids.of(1));
        engine.mark(id, Ids.of(1), false);
        assertThat(engine.engine().search(id, new Query(X, TEN)).ids()).isEqualTo(Ids.of(1, 2));
    }

    @Test
    void compactionFreesIds() {
        CollectionId id = engine.create("c");
        engine.add(id, Ids.of(1, 2, 3), X, Y, X);
        engine.mark(id, Ids.of(1, 3), true);
        assertThat(engine.compact(id)).isEqualTo(2);
        assertThat(engine.compact(id)).isZero();
        engine.add(id, Ids.of(3), Y);
        assertThat(rows(id).ids()).isEqualTo(Ids.of(2, 3));
        assertThat(engine.engine().stats(id, false).rowsEver()).isEqualTo(4);
    }

    @Test
    void halvesAreRoundedWhenStored() {
        CollectionId id = engine.create("c", 2, ElementType.FLOAT16);
        engine.add(id, Ids.of(1), new float[] {0.1f, 1e-8f});
        assertThat(rows(id).vectors().row(0)).containsExactly(Float.float16ToFloat(Float.floatToFloat16(0.1f)), 0);
        assertRefused(() -> engine.add(id, Ids.of(2), new float[] {1, 70_000}), "the value 70000.0 of row 0 is beyond float16");
        assertRefused(() -> engine.add(id, Ids.of(2), new float[] {1, -65_520}), "the value -65520.0 of row 0 is beyond float16");
        engine.upsert(id, Ids.of(1), new float[] {65_519.99f, -1e-8f});
        assertThat(rows(id).vectors().row(0)).containsExactly(65_504, -0f);
    }

    @Test
    void anApproximateIndexNeedsRows() {
        CollectionId id = engine.create("c");
        assertThatThrownBy(() -> engine.setIndex(id, IndexMode.parse("HNSW-L2").orElseThrow()))
                .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isEqualTo(new LynseError.EmptyCollection("c")));
        assertThat(info(id).indexMode()).isNull();
        engine.setIndex(id, IndexMode.parse("flat-l2").orElseThrow());
        engine.setIndex(id, "HNSW-L2", true);
        assertThat(info(id).indexMode()).isEqualTo(IndexMode.parse("HNSW-L2").orElseThrow());
        engine.add(id, Ids.of(1, 2), X, Y);
        assertThat(engine.engine().search(id, new Query(X, TEN)).scores()).containsExactly(0, 2);
        engine.setIndex(id, null);
        assertThat(engine.engine().search(id, new Query(X, TEN)).scores()).containsExactly(1, 0);
    }

    @Test
    void fieldsMayBeLarge() {
        CollectionId id = engine.create("c");
        Fields large = Fields.of(Map.of("text", "x".repeat(300_000)));
        engine.add(id, Ids.of(1), List.of(large), X);
        Hits hits = engine.engine().search(id, new Query(X, new Query.Options(1, true, 0)));
        assertThat(hits.fields().get(0)).isEqualTo(large);
        assertThat(engine.engine().stats(id, true).fieldNames()).containsExactly("text");
    }

    @Test
    void anIdThatIsTooLongIsRefused() {
        CollectionId id = engine.create("c");
        assertRefused(() -> engine.add(id, Ids.of(List.of(RowId.of("x".repeat(40_000)))), X), "string IDs cannot exceed 32765 bytes");
        assertThat(engine.engine().hasRow(id, RowId.of("x".repeat(40_000)))).isFalse();
    }

    @Test
    void longVectorsAreStoredAndLongerOnesRefused() {
        CollectionId id = engine.create("c", 16_384, ElementType.FLOAT32);
        var vector = new float[16_384];
        vector[16_383] = 3;
        engine.add(id, Ids.of(1), vector);
        assertThat(engine.engine().search(id, new Query(vector, TEN)).scores()).containsExactly(9);
        assertThatThrownBy(() -> engine.create("d", 16_385, ElementType.FLOAT32)).hasMessage("dim must be at most 16384, got 16385");
        CollectionId other = engine.create("e");
        assertRefused(() -> engine.add(other, Ids.of(1), new float[16_385]), "vector dimension must be between 1 and 16384, got 16385");
    }

    @Test
    void databasesAndCollectionsAreCreatedOnce() {
        engine.createDatabase("db");
        engine.createDatabase("db");
        CollectionId id = engine.create("c");
        var again = CreateCollection.newBuilder().setCollectionId(id.value()).setDatabase("db").setCollection("c");
        assertThat(engine.create(again)).isEqualTo(id);
        assertThatThrownBy(() -> engine.create("c")).hasMessage("Collection already exists: c");
        assertThatThrownBy(() -> engine.create(CreateCollection.newBuilder().setDatabase("none").setCollection("c"))).hasMessage("Database not found: none");
        assertThatThrownBy(() -> engine.create(again.setCollection("other"))).hasMessageContaining("was given to another collection");
        assertThat(engine.engine().catalog().collections("db").stream().map(CollectionInfo::name)).containsExactly(new CollectionName("db", "c"));
    }

    @Test
    void aDroppedCollectionIsGoneAndItsIdIsNeverGivenAgain() {
        CollectionId first = engine.create("c");
        engine.add(first, Ids.of(1), X);
        engine.drop(first);
        engine.drop(first);
        assertThatThrownBy(() -> engine.engine().stats(first, false))
                .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.NotFound.class));
        assertThatThrownBy(() -> engine.add(first, Ids.of(1), X))
                .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.NotFound.class));
        CollectionId second = engine.create("c");
        assertThat(second).isNotEqualTo(first);
        assertThat(rows(second).size()).isZero();
        engine.dropDatabase("db");
        assertThat(engine.engine().catalog().databases()).isEmpty();
        assertThat(engine.engine().catalog().byId(second)).isEmpty();
    }

    /** The coordinator that sent it slept, and by now another one had the database created anew. */
    @Test
    void aDropThatComesLateLeavesWhatWasCreatedSince() {
        CollectionId old = engine.create("old");
        CollectionId since = engine.create("since");
        engine.add(since, Ids.of(1), X);
        engine.dropDatabase("db", since.value());
        assertThat(engine.engine().catalog().byId(old)).isEmpty();
        assertThat(engine.engine().catalog().databases()).containsExactly("db");
        assertThat(rows(since).size()).isOne();
    }

    @Test
    void anEmptyCollectionAnswersNothing() {
        CollectionId id = engine.create("c");
        assertThat(engine.engine().search(id, new Query(X, TEN)).size()).isZero();
        assertThat(engine.engine().batchSearch(id, Vectors.of(X, Y), TEN)).hasSize(2).allMatch(hits -> hits.size() == 0);
        assertThat(rows(id).size()).isZero();
        assertThat(engine.engine().stats(id, true).maxId()).isEqualTo(-1);
        assertThat(engine.bulkAdd(id).size()).isZero();
    }

    @Test
    void whatIsNoEntryIsNotAppended() {
        var last = engine.engine().lastLsn();
        assertThatThrownBy(() -> engine.engine().submit(TestEngine.EPOCH, 99, 1, ByteBuffer.allocate(0)).join())
                .hasCauseInstanceOf(LynseException.class)
                .hasMessageContaining("unknown entry type 99");
        assertThat(engine.engine().lastLsn()).isEqualTo(last);
    }

    @Test
    void anEpochOlderThanTheLogsIsRefused() {
        engine.createDatabase("db");
        var failure = new AtomicReference<Throwable>();
        engine.engine().submit(Epoch.NONE, EntryType.COMPACT_VALUE, 1, ByteBuffer.wrap(new byte[] {8, 1})).whenComplete((done, why) -> failure.set(why));
        assertThat(failure.get()).isInstanceOfSatisfying(LynseException.class,
                told -> assertThat(told.error()).isEqualTo(new LynseError.StaleEpoch(Epoch.NONE, TestEngine.EPOCH)));
    }

    @Test
    void afterClosingNothingIsTaken() {
        engine.close();
        assertThatThrownBy(() -> engine.createDatabase("late"))
                .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.Unavailable.class));
        engine = new TestEngine(directory);
        assertThat(engine.engine().catalog().databases()).isEmpty();
    }

    private CollectionInfo info(CollectionId id) {
        return engine.engine().catalog().byId(id).orElseThrow();
    }

    private Rows rows(CollectionId id) {
        return engine.engine().read(id, new RowSelection.Head(1000), true, true);
    }

    private static void assertRefused(ThrowingCallable write, String message) {
        assertThatThrownBy(write)
                .isNotInstanceOf(CompletionException.class)
                .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.InvalidArgument.class))
                .hasMessage(message);
    }
}
