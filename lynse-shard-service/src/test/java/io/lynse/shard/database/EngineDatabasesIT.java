package io.lynse.shard.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.HybridClock;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameter;
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
import io.lynse.shard.membership.NodeMembership;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineDatabasesIT {

    private static final CollectionName NAME = new CollectionName("docs", "articles");
    private static final CollectionSpec SPEC = new CollectionSpec(0, ElementType.FLOAT32, null);

    @TempDir
    Path directory;

    private Engine engine;
    private Databases databases;

    @BeforeEach
    void open() throws IOException {
        open(System.currentTimeMillis(), CollectionLimits.NONE);
        databases.create("docs", false, soon());
        databases.open(NAME, SPEC, false, soon());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void generatedIdsFollowEveryRowThatEverWas() {
        add(Ids.of(List.of(RowId.of("first"), RowId.of("second"))), 2);
        assertThat(databases.write(NAME, batch(WriteKind.ADD, null, 2), null, RequestMemory.unbounded(), soon()).toList()).containsExactly(RowId.of(2), RowId.of(3));
        assertThat(head().ids().toList()).containsExactly(RowId.of("first"), RowId.of("second"), RowId.of(2), RowId.of(3));
        add(Ids.of(100), 1);
        assertThat(databases.write(NAME, batch(WriteKind.ADD, null, 1), null, RequestMemory.unbounded(), soon()).toList()).containsExactly(RowId.of(101));
    }

    @Test
    void theOrderOfInsertsOutlivesAWallClockThatGoesBack() throws IOException {
        add(Ids.of(9), 1);
        engine.close();
        open(1, CollectionLimits.NONE);
        add(Ids.of(3), 1);
        assertThat(head().ids().toList()).containsExactly(RowId.of(9), RowId.of(3));
    }

    @Test
    void aCollectionThatTwoClientsCreateAtOnceIsOne() throws Exception {
        var name = new CollectionName("docs", "raced");
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<CollectionInfo>> both = List.of(
                    () -> databases.open(name, SPEC, false, soon()),
                    () -> databases.open(name, SPEC, false, soon()),
                    () -> databases.open(name, SPEC, false, soon()));
            var ids = clients.invokeAll(both).stream().map(opened -> opened.resultNow().id()).collect(Collectors.toSet());
            assertThat(ids).hasSize(1);
        }
    }

    @Test
    void anotherElementTypeIsRefusedAndTheStoredDimensionWins() {
        databases.open(new CollectionName("docs", "half"), new CollectionSpec(3, ElementType.FLOAT16, "d"), false, soon());
        assertThat(databases.open(new CollectionName("docs", "half"), new CollectionSpec(7, ElementType.FLOAT16, "e"), false, soon()))
                .satisfies(stored -> assertThat(stored.dimension()).isEqualTo(3))
                .satisfies(stored -> assertThat(stored.description()).isEqualTo("d"));
        assertRefused("dtype float16 does not match requested dtype float32", () -> databases.open(new CollectionName("docs", "half"), SPEC, false, soon()));
    }

    @Test
    void aDroppedNameComesBackEmpty() {
        add(Ids.of(1), 1);
        long before = databases.describe(NAME).id().value();
        databases.open(NAME, SPEC, true, soon());
        assertThat(databases.describe(NAME).id().value()).isGreaterThan(before);
        assertThat(databases.stats(NAME, false, Reading.usual(), soon()).rows()).isZero();

        databases.create("docs", true, soon());
        assertThat(databases.collections("docs")).isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertError(new LynseError.NotFound("database", "nope"), () -> databases.collections("nope"));
        assertError(new LynseError.NotFound("database", "nope"), () -> databases.open(new CollectionName("nope", "c"), SPEC, false, soon()));
        assertError(new LynseError.NotFound("database", "nope"), () -> databases.exists(new CollectionName("nope", "c")));
        assertError(new LynseError.NotFound("collection", "nope"), () -> databases.stats(new CollectionName("docs", "nope"), false, Reading.usual(), soon()));
        databases.drop(new CollectionName("docs", "nope"), soon());
        databases.drop("nope", soon());

        add(Ids.of(1, 2), 2);
        assertRefused("external id 9 does not exist", () -> read(Ids.of(1, 1, 9)));
        assertThat(read(Ids.of(2, 1)).ids().toList()).containsExactly(RowId.of(2), RowId.of(1));
    }

    @Test
    void badBatchesLeaveNoEntry() {
        add(Ids.of(1), 1);
        long before = engine.lastLsn().value();
        assertRefused("not finite", () -> databases.write(NAME, new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, Float.NaN}), Ids.of(2), FieldBlock.NONE, new int[] {0}), null, RequestMemory.unbounded(), soon()));
        assertThat(engine.lastLsn().value()).isEqualTo(before);
        assertRefused("external id 1 already exists", () -> add(Ids.of(2, 1), 2));
        assertRefused("Dimension mismatch: expected 2, got 3", () -> databases.write(NAME, new RowBatch(WriteKind.ADD, Vectors.of(new float[3]), Ids.of(2), FieldBlock.NONE, new int[] {0}), null, RequestMemory.unbounded(), soon()));
        assertThat(databases.stats(NAME, false, Reading.usual(), soon()).rows()).isEqualTo(1);
    }

    @Test
    void anApproximateIndexWantsRows() {
        IndexMode hnsw = IndexMode.parse("HNSW-L2").orElseThrow();
        assertError(new LynseError.EmptyCollection("articles"), () -> databases.setIndex(NAME, hnsw, IndexParameters.NONE, soon()));
        add(Ids.of(1), 1);
        databases.setIndex(NAME, hnsw, new IndexParameters(Map.of(IndexParameter.M, 16)), soon());
        assertThat(databases.describe(NAME).indexMode()).isEqualTo(hnsw);
        databases.setIndex(NAME, null, IndexParameters.NONE, soon());
        assertThat(databases.describe(NAME).indexMode()).isNull();
    }

    @Test
    void anIndexIsBuiltWhenTheCallReturns() {
        add(Ids.range(0, 3_000), 3_000);
        databases.setIndex(NAME, IndexMode.parse("HNSW-COS").orElseThrow(), IndexParameters.NONE, soon());
        IndexState state = engine.indexState(databases.describe(NAME).id());
        assertThat(state).isEqualTo(new IndexState(IndexState.Phase.READY, 3_000, 3_000, null));
        assertThat(engine.indexBuilds().completed()).isEqualTo(1);
    }

    @Test
    void deletedRowsAreNotFoundUntilTheyAreRestored() {
        add(Ids.of(1, 2), 2);
        databases.mark(NAME, Ids.of(1, 77), true, null, soon());
        assertThat(search()).containsExactly(RowId.of(2));
        databases.mark(NAME, Ids.of(1), false, null, soon());
        assertThat(new HashSet<>(search())).containsExactlyInAnyOrder(RowId.of(1), RowId.of(2));
        databases.mark(NAME, Ids.of(1), true, null, soon());
        assertThat(databases.compact(NAME, soon())).isEqualTo(1);
        add(Ids.of(1), 1);
        assertThat(head().ids().toList()).containsExactly(RowId.of(2), RowId.of(1));
    }

    @Test
    void aFullCollectionStillTakesUpsertsOfWhatItHas() throws IOException {
        add(Ids.of(1, 2), 2);
        engine.close();
        open(System.currentTimeMillis(), new CollectionLimits(3, 0));
        assertRefused("collection vector count 4 would exceed server max_collection_vectors 3", () -> add(Ids.of(3, 4), 2));
        add(Ids.of(3), 1);
        databases.write(NAME, batch(WriteKind.UPSERT, Ids.of(1, 2, 3), 3), null, RequestMemory.unbounded(), soon());
        assertRefused("collection vector count 4", () -> databases.write(NAME, batch(WriteKind.UPSERT, Ids.of(1, 2, 4), 3), null, RequestMemory.unbounded(), soon()));
        engine.close();
        open(System.currentTimeMillis(), new CollectionLimits(0, 31));
        assertRefused("collection vector bytes 32 would exceed server max_collection_vector_bytes 31", () -> add(Ids.of(4), 1));
    }

    private void open(long wallMillis, CollectionLimits limits) throws IOException {
        engine = Engine.open(EngineSettings.of(directory));
        var membership = NodeMembership.open(engine.directory(), engine.nodeId(), engine.lastLsn().value() > 0);
        databases = new EngineDatabases(engine, membership, new HybridClock(() -> wallMillis), limits);
    }

    private void add(Ids ids, int count) {
        assertThat(databases.write(NAME, batch(WriteKind.ADD, ids, count), null, RequestMemory.unbounded(), soon()).toList()).isEqualTo(ids.toList());
    }

    private static RowBatch batch(WriteKind kind, @Nullable Ids ids, int count) {
        float[][] vectors = IntStream.range(0, count).mapToObj(row -> new float[] {row, 1}).toArray(float[][]::new);
        return new RowBatch(kind, Vectors.of(vectors), ids, FieldBlock.NONE, IntStream.range(0, count).toArray());
    }

    private Rows head() {
        return databases.read(NAME, new RowSelection.Head(10), true, true, RequestMemory.unbounded(), Reading.usual(), soon());
    }

    private Rows read(Ids ids) {
        return databases.read(NAME, new RowSelection.ById(ids), true, true, RequestMemory.unbounded(), Reading.usual(), soon());
    }

    private List<RowId> search() {
        return databases.search(NAME, new Query(new float[] {1, 1}, new Query.Options(10, false, 0)), RequestMemory.unbounded(), Reading.usual(), soon()).hits().ids().toList();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private static void assertRefused(String reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LynseException.class, refused -> {
            assertThat(refused.error()).isInstanceOf(LynseError.InvalidArgument.class);
            assertThat(refused.error().message()).contains(reason);
        });
    }

    private static void assertError(LynseError error, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isEqualTo(error));
    }
}
