package io.lynse.shard.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.CopyContents;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.copy.IncomingFiles.Missing;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.recovery.FileFetch;
import io.lynse.shard.recovery.Giver;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of one node's checkpoint over a real channel into another node's directory. The giver leads epoch 4 and has a key. */
class FilesServiceIT {

    private static final CollectionId COLLECTION = new CollectionId(7);
    private static final int DIMENSION = 512;
    private static final String KEY = "key of the cluster";

    @TempDir
    Path temporary;

    private RunningShard shard;
    private Engine taker;
    private FileCalls calls;

    @BeforeEach
    void start() throws IOException {
        shard = RunningShard.open(temporary.resolve("giver"), KEY, KEY);
        shard.promote(4);
        shard.write(4, EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("docs").build());
        shard.write(4, EntryType.CREATE_COLLECTION, CreateCollection.newBuilder()
                .setCollectionId(COLLECTION.value()).setDatabase("docs").setCollection("articles").setDimension(DIMENSION).build());
        for (int batch = 0; batch < 4; batch++) write(1 + batch * 400, 400);
        taker = Engine.open(EngineSettings.of(temporary.resolve("taker")));
        calls = new FileCalls(taker.nodeId(), NodeChannels.bearing(KEY));
    }

    @AfterEach
    void stop() {
        calls.close();
        taker.close();
        shard.close();
    }

    private void write(int from, int count) {
        var vectors = new float[count][DIMENSION];
        for (int row = 0; row < count; row++) vectors[row][row % DIMENSION] = from;
        var batch = new RowBatch(WriteKind.ADD, Vectors.of(vectors), Ids.range(from, count), FieldBlock.NONE);
        shard.write(4, EntryType.WRITE_ROWS, Wire.writeRows(COLLECTION, batch, from, ByteBuffer.allocate(16).putLong(0, from).array()));
    }

    private Giver giver(long epoch) {
        return calls.at("127.0.0.1:" + shard.server.port(), new Fence(new ShardGroupId(RunningShard.GROUP), new Epoch(epoch)));
    }

    private static Rows rows(Engine engine) {
        return engine.read(COLLECTION, new RowSelection.Head(10_000), true, false);
    }

    private static LynseError told(Runnable call) {
        try {
            call.run();
        } catch (LynseException told) {
            return told.error();
        }
        throw new AssertionError("it was answered");
    }

    @Test
    void aWholeCopyComesOverTheNetwork() throws Exception {
        try (var catchUp = new CatchUp(taker, CatchUpSettings.DEFAULT)) {
            var fetched = new CompletableFuture<CopyContents>();
            catchUp.fetch(giver(4), 1, fetched::complete);
            CopyContents contents = fetched.get(60, TimeUnit.SECONDS);
            assertThat(catchUp.progress().bytesDone()).isEqualTo(catchUp.progress().bytesTotal()).isGreaterThan(1600 * DIMENSION * 4);
            catchUp.install(1);
            assertThat(contents.applied()).isEqualTo(shard.engine.appliedLsn());
        }
        assertThat(rows(taker).ids().toList()).isEqualTo(rows(shard.engine).ids().toList());
        assertThat(rows(taker).vectors().data()).isEqualTo(rows(shard.engine).vectors().data());
    }

    @Test
    void piecesAreSmallAndCoverWhatIsWanted() {
        Giver.Held held = giver(4).hold(false);
        var files = held.list().files();
        int largest = 0;
        for (int file = 0; file < files.size(); file++) {
            if (files.get(file).bytes() > files.get(largest).bytes()) largest = file;
        }
        assertThat(files.get(largest).bytes()).isGreaterThan(2 << 20);
        var next = new AtomicLong(100);
        giver(4).fetch(held.id(), List.of(new Missing(largest, 100, 2 << 20)), (_, offset, piece) -> {
            assertThat(offset).isEqualTo(next.get());
            assertThat(piece.remaining()).isBetween(1, 1 << 20);
            next.addAndGet(piece.remaining());
        });
        assertThat(next.get()).isEqualTo(100 + (2 << 20));
    }

    @Test
    void whatIsNotThereIsRefusedByName() {
        Giver.Held held = giver(4).hold(false);
        long catalog = held.list().files().getFirst().bytes();
        Giver.Pieces none = (_, _, _) -> {};
        assertThat(told(() -> giver(4).fetch("another", List.of(new Missing(0, 0, 1)), none))).isInstanceOf(LynseError.NotFound.class);
        assertThat(told(() -> giver(4).fetch(held.id(), List.of(new Missing(1_000_000, 0, 1)), none)))
                .isInstanceOfSatisfying(LynseError.InvalidArgument.class, error -> assertThat(error.field()).isEqualTo("file"));
        assertThat(told(() -> giver(4).fetch(held.id(), List.of(new Missing(0, catalog + 1, 1)), none)))
                .isInstanceOfSatisfying(LynseError.InvalidArgument.class, error -> assertThat(error.field()).isEqualTo("offset"));
        assertThat(told(() -> giver(4).fetch(held.id(), List.of(new Missing(0, 0, catalog + 1)), none)))
                .isInstanceOfSatisfying(LynseError.InvalidArgument.class, error -> assertThat(error.field()).isEqualTo("bytes"));
        assertThat(told(() -> giver(4).fetch(held.id(), List.of(new Missing(0, 0, FileFetch.BYTES_AT_ONCE + 1)), none)))
                .isInstanceOfSatisfying(LynseError.InvalidArgument.class, error -> assertThat(error.field()).isEqualTo("wanted"));
    }

    @Test
    void onlyThePrimaryOfThatEpochGives() {
        assertThat(told(() -> giver(3).hold(false))).isInstanceOf(LynseError.StaleEpoch.class);
    }

    @Test
    void theKeyIsAskedFor() {
        try (var keyless = new FileCalls(taker.nodeId(), NodeChannels.bearing(null))) {
            var fence = new Fence(new ShardGroupId(RunningShard.GROUP), new Epoch(4));
            assertThat(told(() -> keyless.at("127.0.0.1:" + shard.server.port(), fence).hold(false))).isInstanceOf(LynseError.Unauthorized.class);
        }
    }

    @Test
    void whatIsReleasedIsGone() {
        Giver.Held held = giver(4).hold(false);
        giver(4).keep(held.id());
        assertThat(giver(4).hold(false).id()).isEqualTo(held.id());
        giver(4).release(held.id());
        assertThat(told(() -> giver(4).keep(held.id()))).isInstanceOf(LynseError.NotFound.class);
    }

    @Test
    void aGiverThatIsNotThereIsSaidToBeSo() {
        var fence = new Fence(new ShardGroupId(RunningShard.GROUP), new Epoch(4));
        assertThatThrownBy(() -> calls.at("127.0.0.1:1", fence).hold(false)).isInstanceOf(LynseException.class).hasMessageContaining("does not answer");
    }
}
