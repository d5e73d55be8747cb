package io.lynse.shard.grpc;

import static io.lynse.shard.grpc.RunningShard.fence;
import static io.lynse.shard.grpc.RunningShard.header;
import static io.lynse.shard.grpc.RunningShard.join;
import static io.lynse.shard.grpc.RunningShard.readFence;
import static io.lynse.shard.grpc.RunningShard.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.BatchSearchReply;
import io.lynse.wire.v1.BatchSearchRequest;
import io.lynse.wire.v1.CheckpointRequest;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DescribeCollectionRequest;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexParameters;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.RowsReply;
import io.lynse.wire.v1.SearchOptions;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.UpdateCollection;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** The data path over a real channel, engine and disk. Collection 7 holds 2-d vectors under FLAT-IP. */
class ShardServiceIT {

    static final long COLLECTION = 7;

    @TempDir
    Path directory;

    RunningShard shard;

    @BeforeEach
    void start() throws IOException {
        shard = RunningShard.open(directory);
        assertThat(shard.promote(1).getCanLead()).isTrue();
        shard.write(1, EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("docs").build());
        shard.write(1, EntryType.CREATE_COLLECTION, CreateCollection.newBuilder().setCollectionId(COLLECTION).setDatabase("docs").setCollection("articles").setDimension(2).build());
    }

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void whatIsWrittenIsFoundReadCountedAndKept() throws Exception {
        WriteReply written = add(1, List.of(RowId.of(3), RowId.of("b")), new float[][] {{1, 0}, {0, 2}}, List.of(Fields.of(Map.of("n", 1)), Fields.EMPTY));
        assertThat(written.hasRows()).isTrue();
        assertThat(written.getLsn()).isEqualTo(3);

        var hits = shard.stub().search(search(1, 0, 1));
        assertThat(Wire.hits(hits.getHits()).ids().toList()).containsExactly(RowId.of("b"), RowId.of(3));
        assertThat(hits.getHits().getScoresList()).containsExactly(2f, 0f);
        assertThat(Wire.hits(hits.getHits()).fields().get(1)).isEqualTo(Fields.of(Map.of("n", 1)));
        assertThat(hits.getHoldsTextIds()).isTrue();

        var mark = MarkRows.newBuilder().setCollectionId(COLLECTION).setDeleted(true).setIds(Wire.ids(Ids.of(3))).setWriteId(ByteString.copyFrom(writeId())).build();
        assertThat(shard.write(1, EntryType.MARK_ROWS, mark).hasMarked()).isTrue();
        assertKept(1);

        restart();
        shard.promote(2);
        assertKept(2);
        assertThat(shard.stub().checkpoint(CheckpointRequest.newBuilder().setFence(fence(2)).build()).getFoldedLsn()).isEqualTo(4);
        restart();
        shard.promote(3);
        assertKept(3);
    }

    private void assertKept(long epoch) throws InvalidProtocolBufferException {
        CollectionState state = describe(epoch);
        assertThat(state.getRows()).isEqualTo(2);
        assertThat(state.getTombstones()).isEqualTo(1);
        assertThat(state.getLargestIntId()).isEqualTo(3);
        assertThat(state.getFieldNamesList()).containsExactly("n");
        assertThat(shard.stub().listCollections(ListCollectionsRequest.newBuilder().setFence(fence(epoch)).build()).getCollectionsList())
                .singleElement().satisfies(listed -> assertThat(listed.getCollectionId()).isEqualTo(COLLECTION));
        assertThat(Wire.hits(shard.stub().search(search(epoch, 0, 1)).getHits()).ids().toList()).containsExactly(RowId.of("b"));

        assertThat(ids(read(epoch, request -> request.setHead(10)))).containsExactly(RowId.of(3), RowId.of("b"));
        assertThat(ids(read(epoch, request -> request.setTail(1)))).containsExactly(RowId.of("b"));
        assertThat(ids(read(epoch, request -> request.setDeleted(true)))).containsExactly(RowId.of(3));
        RowsReply named = read(epoch, request -> request.setIds(Wire.ids(Ids.of(List.of(RowId.of("b"), RowId.of(99), RowId.of(3))))));
        assertThat(ids(named)).containsExactly(RowId.of("b"), RowId.of(3));
        assertThat(Wire.rows(named).vectors().row(0)).containsExactly(0, 2);
        assertThat(Wire.rows(named).stamps()[1]).isLessThan(Wire.rows(named).stamps()[0]);
    }

    /** It was paused, and what it had decided to send is sent when it wakes up. */
    @Test
    void whatAnEarlierLeaderOfTheCoordinatorsDecidedIsRefused() {
        ListCollectionsRequest listed = ListCollectionsRequest.newBuilder().setFence(fence(1).toBuilder().setUnderLease(6)).build();
        CreateDatabase late = CreateDatabase.newBuilder().setDatabase("late").build();
        assertThat(create(late, 5).getLsn()).isEqualTo(3);
        assertThat(shard.stub().listCollections(listed).getDatabasesList()).contains("late");
        assertRefusedWith(LynseError.Conflict.class, () -> create(CreateDatabase.newBuilder().setDatabase("later").build(), 5));
        assertThat(shard.stub().listCollections(listed).getDatabasesList()).contains("late").doesNotContain("later");
        // After a restart the probe that tells of the promotion tells the lease, too.
        assertThat(create(CreateDatabase.newBuilder().setDatabase("now").build(), 6).getLsn()).isEqualTo(4);
        shard.stub().probe(ProbeRequest.newBuilder().setLeaseEpoch(7).build());
        assertRefusedWith(LynseError.Conflict.class, () -> create(CreateDatabase.newBuilder().setDatabase("later").build(), 6));
    }

    private WriteReply create(CreateDatabase database, long lease) {
        WriteHeader header = RunningShard.header(1, EntryType.CREATE_DATABASE_VALUE, 1, database.getSerializedSize());
        return shard.write(header.toBuilder().setFence(header.getFence().toBuilder().setUnderLease(lease)).build(), List.of(database.toByteString()));
    }

    @Test
    void theListTellsTheParametersOfIndexes() {
        var setting = IndexSetting.newBuilder().setMode("HNSW-L2").setEvenIfEmpty(true).setParameters(IndexParameters.newBuilder().setM(32));
        shard.write(1, EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder().setCollectionId(COLLECTION).setIndex(setting).build());
        assertThat(shard.stub().listCollections(ListCollectionsRequest.newBuilder().setFence(fence(1)).build()).getCollectionsList())
                .singleElement().satisfies(listed -> assertThat(listed.getIndexParameters()).isEqualTo(setting.getParameters()));
    }

    @Test
    void aRefusalAtApplyChangesNothingAndIsPartOfTheAnswer() {
        add(1, List.of(RowId.of(3)), new float[][] {{1, 0}});
        WriteReply again = add(1, List.of(RowId.of(4), RowId.of(3)), new float[][] {{1, 0}, {1, 0}});
        assertThat(ErrorWire.error(again.getRefused()).message()).contains("external id 3 already exists");
        WriteReply wide = add(1, List.of(RowId.of(5)), new float[][] {{1, 0, 0}});
        assertThat(ErrorWire.error(wide.getRefused()).message()).contains("Dimension mismatch: expected 2, got 3");
        assertThat(describe(1).getRows()).isEqualTo(1);
    }

    @Test
    void onlyTheEpochThatThisNodeLeadsIsServed() {
        shard.promote(5);
        assertRefused(() -> add(4, List.of(RowId.of(1)), new float[][] {{1, 0}}), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertRefused(() -> shard.stub().search(search(4, 1, 0)), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertRefused(() -> read(4, request -> request.setHead(1)), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertRefused(() -> describe(4), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertRefused(() -> batch(4, new float[][] {{1, 0}}), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertRefused(() -> shard.stub().checkpoint(CheckpointRequest.newBuilder().setFence(fence(4)).build()), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertRefused(() -> shard.stub().listCollections(ListCollectionsRequest.newBuilder().setFence(fence(4)).build()), new LynseError.StaleEpoch(new Epoch(4), new Epoch(5)));
        assertThat(shard.engine.lastLsn().value()).as("nothing was appended").isEqualTo(2);
    }

    @Test
    void aLaterEpochThanTheViewsIsNotServedAndNotForgotten() throws IOException {
        var notYet = new LynseError.NotPrimary(new ShardGroupId("sg0"), "a view of epoch 6 is not adopted yet");
        assertRefused(() -> add(6, List.of(RowId.of(1)), new float[][] {{1, 0}}), notYet);
        assertRefused(() -> add(1, List.of(RowId.of(1)), new float[][] {{1, 0}}), new LynseError.StaleEpoch(new Epoch(1), new Epoch(6)));
        restart();
        assertRefused(() -> describe(1), new LynseError.StaleEpoch(new Epoch(1), new Epoch(6)));
        assertThat(shard.promote(5).getCanLead()).isFalse();
        assertThat(shard.promote(6).getCanLead()).isTrue();
        assertThat(add(6, List.of(RowId.of(1)), new float[][] {{1, 0}}).hasRows()).isTrue();
    }

    @Test
    void aRestartedPrimaryIsReadButWritesOnlyWhenPromotedAnew() throws IOException {
        add(1, List.of(RowId.of(1)), new float[][] {{1, 0}});
        restart();
        ProbeReply restarted = shard.probe(view(1, 1));
        assertThat(restarted.getCanLead()).isFalse();
        assertThat(restarted.getRole()).isEqualTo("primary");
        assertThat(restarted.getLedEpoch()).isEqualTo(1);
        assertThat(restarted.getTrouble()).contains("promoted anew");
        assertThat(describe(1).getRows()).isEqualTo(1);
        assertRefused(() -> add(1, List.of(RowId.of(2)), new float[][] {{1, 0}}), new LynseError.NotPrimary(new ShardGroupId("sg0"), "it was restarted and must be promoted anew"));

        ProbeReply promoted = shard.promote(2);
        assertThat(promoted.getCanLead()).isTrue();
        assertThat(promoted.getTrouble()).isEmpty();
        assertThat(promoted.getLastLsn()).isEqualTo(3);
        assertThat(promoted.getCommittedLsn()).isEqualTo(3);
        assertThat(promoted.getLargestStamp()).isEqualTo(77);
        assertThat(add(2, List.of(RowId.of(2)), new float[][] {{1, 0}}).hasRows()).isTrue();
    }

    @Test
    void aProbeOfAnotherClusterIsAnsweredAndChangesNothing() {
        ProbeReply reply = shard.probe(view(9, 9).toBuilder().setClusterId("cluster-2").build());
        assertThat(reply.getClusterId()).isEqualTo("cluster-1");
        assertThat(reply.getCanLead()).isFalse();
        assertThat(reply.getTrouble()).isEqualTo("this node belongs to cluster cluster-1, not to cluster-2");
        assertThat(reply.getSeenEpoch()).isEqualTo(1);
        assertThat(add(1, List.of(RowId.of(1)), new float[][] {{1, 0}}).hasRows()).isTrue();
    }

    @Test
    void aLargeBatchTravelsInChunksBothWays() throws Exception {
        int rows = 40_000;
        int dimension = 128;
        shard.write(1, EntryType.CREATE_COLLECTION, CreateCollection.newBuilder().setCollectionId(8).setDatabase("docs").setCollection("wide").build());
        ByteBuffer data = ByteBuffer.allocate(rows * dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        var random = new Random(20);
        while (data.hasRemaining()) data.putFloat(random.nextFloat());
        var batch = new RowBatch(WriteKind.ADD, new Vectors(rows, dimension, ElementType.FLOAT32, data.flip()), Ids.range(0, rows), FieldBlock.NONE, places(rows));
        var entry = Wire.writeRows(new CollectionId(8), batch, 9, writeId());
        assertThat(entry.getSerializedSize()).isGreaterThan(20_000_000);
        assertThat(shard.write(1, EntryType.WRITE_ROWS, entry).hasRows()).isTrue();
        assertThat(shard.budget.taken()).as("the budget is free again").isZero();

        RowsReply back = read(1, request -> request.setCollectionId(8).setHead(rows));
        assertThat(Wire.rows(back).vectors().data()).isEqualTo(data.rewind());

        int queries = 10_000;
        var request = BatchSearchRequest.newBuilder().setFence(readFence(1)).setQueries(queries).setDimension(dimension).setVectors(ByteString.copyFrom(data.slice(0, queries * dimension * Float.BYTES))).setOptions(SearchOptions.newBuilder().setCollectionId(8).setK(0)).build();
        BatchSearchReply reply = batchSearch(request.toByteString());
        assertThat(reply.getResultsCount()).isEqualTo(queries);
        assertThat(shard.budget.taken()).isZero();
    }

    @Test
    void aBatchOfQueriesIsAnsweredInTheirOrder() throws Exception {
        add(1, List.of(RowId.of(1), RowId.of(2)), new float[][] {{1, 0}, {0, 1}});
        BatchSearchReply reply = batch(1, new float[][] {{0, 5}, {5, 0}});
        assertThat(reply.getResultsList().stream().map(hits -> Wire.hits(hits).ids().get(0))).containsExactly(RowId.of(2), RowId.of(1));
        assertThat(reply.getHoldsTextIds()).isFalse();
    }

    @Test
    void whatCannotBeDecodedIsNeverAppended() {
        long before = shard.engine.lastLsn().value();
        var batch = new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, Float.NaN}), Ids.of(1), FieldBlock.NONE, places(1));
        var rows = Wire.writeRows(new CollectionId(COLLECTION), batch, 9, writeId());
        assertInvalid("vectors", () -> shard.write(1, EntryType.WRITE_ROWS, rows));
        assertInvalid("data", () -> shard.write(header(1, EntryType.WRITE_ROWS_VALUE, 1, 3), List.of(ByteString.copyFrom(new byte[] {-1, -1, -1}))));
        assertInvalid("entry_type", () -> shard.write(header(1, 77, 1, 0), List.of()));
        assertInvalid("entry_version", () -> shard.write(header(1, EntryType.WRITE_ROWS_VALUE, 2, 0), List.of()));
        assertInvalid("data", () -> shard.write(header(1, EntryType.COMPACT_VALUE, 1, 5), List.of(ByteString.copyFrom(new byte[4]))));
        assertInvalid("data", () -> shard.write(header(1, EntryType.COMPACT_VALUE, 1, 3), List.of(ByteString.copyFrom(new byte[4]))));
        assertInvalid("header", () -> shard.write(null, List.of(ByteString.copyFrom(new byte[4]))));
        assertInvalid("header", () -> shard.write(null, List.of()));
        assertInvalid("fence", () -> shard.write(header(1, 1, 1, 0).toBuilder().clearFence().build(), List.of()));
        assertInvalid("part", () -> shard.write(out -> {
            out.onNext(WriteChunk.getDefaultInstance());
            out.onCompleted();
        }));
        assertInvalid("header", () -> shard.write(out -> {
            for (int i = 0; i < 2; i++) out.onNext(WriteChunk.newBuilder().setHeader(header(1, EntryType.COMPACT_VALUE, 1, 0)).build());
            out.onCompleted();
        }));
        assertThat(shard.engine.lastLsn().value()).isEqualTo(before);
        assertThat(shard.budget.taken()).isZero();
    }

    @Test
    void badReadsAreTheCallersError() {
        assertInvalid("vector", () -> shard.stub().search(search(1, 1, 0).toBuilder().setVector(ByteString.copyFrom(new byte[7])).build()));
        assertInvalid("collection_id", () -> shard.stub().search(search(1, 1, 0).toBuilder().setOptions(SearchOptions.getDefaultInstance()).build()));
        assertInvalid("which", () -> read(1, request -> {}));
        assertInvalid("data", () -> batchSearch(ByteString.copyFrom(new byte[] {-1, -1, -1})));
        assertRefusedWith(LynseError.NotFound.class, () -> shard.stub().describeCollection(DescribeCollectionRequest.newBuilder().setFence(readFence(1)).setCollectionId(99).build()));
        assertRefusedWith(LynseError.InvalidArgument.class, () -> shard.stub().search(search(1, 1, 0).toBuilder().setVector(Wire.vector(new float[3])).build()));
    }

    @Test
    void tooLargeIsRefusedBeforeItIsSent() throws IOException {
        shard.close();
        shard = new RunningShard(directory, null, null, new GrpcSettings(true, 0, DataSize.ofKilobytes(64)), DataSize.ofKilobytes(100));
        shard.promote(2);
        assertRefused(() -> shard.write(header(2, EntryType.WRITE_ROWS_VALUE, 1, 70_000), List.of()), new LynseError.PayloadTooLarge(70_000, 65_536));
        assertRefusedWith(LynseError.PayloadTooLarge.class, () -> batchSearch(ByteString.copyFrom(new byte[70_000])));
        assertThat(shard.budget.taken()).isZero();
    }

    @Test
    void aFullBudgetRefusesAndRecovers() throws IOException {
        shard.close();
        shard = new RunningShard(directory, null, null, new GrpcSettings(true, 0, DataSize.ofKilobytes(64)), DataSize.ofKilobytes(100));
        shard.promote(2);
        var slow = new RunningShard.Collector<WriteReply>();
        var held = shard.async().write(slow);
        held.onNext(WriteChunk.newBuilder().setHeader(header(2, EntryType.COMPACT_VALUE, 1, 60_000)).build());
        await().until(() -> shard.budget.taken() == 60_000);
        assertRefusedWith(LynseError.Overloaded.class, () -> shard.write(header(2, EntryType.COMPACT_VALUE, 1, 60_000), List.of()));
        held.onError(Status.CANCELLED.asException());
        await().until(() -> shard.budget.taken() == 0);
        assertThat(add(2, List.of(RowId.of(1)), new float[][] {{1, 0}}).hasRows()).isTrue();
    }

    @Test
    void aCallWithoutDeadlineIsRefused() {
        var patient = ShardGrpc.newBlockingStub(shard.channel);
        assertInvalid("deadline", () -> patient.search(search(1, 1, 0)));
        assertInvalid("deadline", () -> patient.probe(ProbeRequest.getDefaultInstance()));
    }

    private void restart() throws IOException {
        shard.close();
        shard = RunningShard.open(directory);
    }

    private WriteReply add(long epoch, List<RowId> ids, float[][] vectors) {
        return add(epoch, ids, vectors, ids.stream().map(_ -> Fields.EMPTY).toList());
    }

    private WriteReply add(long epoch, List<RowId> ids, float[][] vectors, List<Fields> fields) {
        var batch = new RowBatch(WriteKind.ADD, Vectors.of(vectors), Ids.of(ids), FieldBlock.of(List.copyOf(fields)), places(ids.size()));
        return shard.write(epoch, EntryType.WRITE_ROWS, Wire.writeRows(new CollectionId(COLLECTION), batch, 77, writeId()));
    }

    private static int[] places(int rows) {
        return IntStream.range(0, rows).toArray();
    }

    private static SearchRequest search(long epoch, float... vector) {
        return SearchRequest.newBuilder()
                .setFence(readFence(epoch))
                .setOptions(SearchOptions.newBuilder().setCollectionId(COLLECTION).setK(10).setWithFields(true))
                .setVector(Wire.vector(vector))
                .build();
    }

    private BatchSearchReply batch(long epoch, float[][] queries) {
        return batchSearch(BatchSearchRequest.newBuilder()
                .setFence(readFence(epoch))
                .setOptions(SearchOptions.newBuilder().setCollectionId(COLLECTION).setK(10))
                .setQueries(queries.length)
                .setDimension(2)
                .setVectors(ByteString.copyFrom(Vectors.of(queries).data()))
                .build()
                .toByteString());
    }

    private BatchSearchReply batchSearch(ByteString request) {
        var reply = new RunningShard.Collector<Chunk>();
        var out = shard.async().batchSearch(reply);
        for (ByteString part : RunningShard.chunks(request)) out.onNext(Chunk.newBuilder().setData(part).build());
        out.onCompleted();
        try {
            return BatchSearchReply.parseFrom(join(reply.all().iterator()));
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private RowsReply read(long epoch, Consumer<ReadRowsRequest.Builder> which) {
        var request = ReadRowsRequest.newBuilder().setFence(readFence(epoch)).setCollectionId(COLLECTION);
        which.accept(request);
        try {
            return RowsReply.parseFrom(join(shard.stub().readRows(request.build())));
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static List<RowId> ids(RowsReply rows) {
        return Wire.ids(rows.getIds()).toList();
    }

    private CollectionState describe(long epoch) {
        return shard.stub().describeCollection(DescribeCollectionRequest.newBuilder().setFence(readFence(epoch)).setCollectionId(COLLECTION).setWithFieldNames(true).build());
    }

    private static void assertRefused(ThrowingCallable call, LynseError error) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(GrpcErrors.fromGrpc(refused)).contains(error));
    }

    private static void assertRefusedWith(Class<? extends LynseError> type, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(GrpcErrors.fromGrpc(refused).orElseThrow()).isInstanceOf(type));
    }

    private static void assertInvalid(String field, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(GrpcErrors.fromGrpc(refused)).get().isInstanceOfSatisfying(LynseError.InvalidArgument.class, invalid -> assertThat(invalid.field()).isEqualTo(field));
        });
    }

    private static byte[] writeId() {
        byte[] id = new byte[16];
        ThreadLocalRandom.current().nextBytes(id);
        return id;
    }
}
