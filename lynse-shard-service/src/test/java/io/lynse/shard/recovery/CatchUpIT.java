package io.lynse.shard.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.CopyContents;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.GivenCheckpoint;
import io.lynse.engine.copy.IncomingFiles.Missing;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Rows;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member is filled from another one whose answers fail in all ways that there are. */
class CatchUpIT {

    private static final int PIECE_BYTES = 5_000;

    @TempDir
    Path temporary;

    private FilledEngine source;
    private Engine taker;
    private GivenFiles given;
    private CatchUp catchUp;
    private final AtomicInteger pieces = new AtomicInteger();

    @BeforeEach
    void open() {
        source = new FilledEngine(temporary.resolve("source"));
        taker = Engine.open(EngineSettings.of(temporary.resolve("taker")));
        given = new GivenFiles(source.engine::give, CatchUpSettings.DEFAULT, System::nanoTime);
        catchUp = new CatchUp(taker, CatchUpSettings.DEFAULT);
    }

    @AfterEach
    void close() {
        catchUp.close();
        given.close();
        taker.close();
        source.close();
    }

    /** What a giver does instead of answering. */
    private interface Fault {
        /** @param number of the piece, over all calls */
        void before(int number, String checkpoint, ByteBuffer piece);
    }

    private final class Faulty implements Giver {

        private final Fault fault;
        final AtomicInteger held = new AtomicInteger();

        Faulty(Fault fault) {
            this.fault = fault;
        }

        @Override
        public Held hold(boolean anew) {
            held.incrementAndGet();
            GivenFiles.Held one = given.hold(taker.nodeId(), anew);
            return new Held(one.id(), one.checkpoint().list());
        }

        @Override
        public void fetch(String id, List<Missing> wanted, Pieces to) {
            for (Missing each : wanted) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
                for (long at = each.from(), end = at + each.bytes(); at < end; at += piece.limit()) {
                    GivenCheckpoint checkpoint = given.find(id).checkpoint();
                    checkpoint.read(each.file(), at, piece.clear().limit((int) Math.min(PIECE_BYTES, end - at)));
                    piece.flip();
                    fault.before(pieces.incrementAndGet(), id, piece);
                    to.take(each.file(), at, piece.duplicate());
                }
            }
        }

        @Override
        public void keep(String id) {
            given.find(id);
        }

        @Override
        public void release(String id) {
            given.release(id);
        }
    }

    private CopyContents fetched(Giver giver) throws Exception {
        var done = new CompletableFuture<CopyContents>();
        catchUp.fetch(giver, 3, done::complete);
        return done.get(60, TimeUnit.SECONDS);
    }

    private void installed(CopyContents contents) {
        catchUp.install(3);
        assertThat(taker.appliedLsn()).isEqualTo(contents.applied());
        FilledEngine.same(FilledEngine.rows(taker), FilledEngine.rows(source.engine));
        assertThat(catchUp.progress()).isEqualTo(CatchUpProgress.NONE);
    }

    @Test
    void aPieceThatCameInDamagedComesAgain() throws Exception {
        var giver = new Faulty((number, _, piece) -> {
            if (number % 10 == 3 && number < 50) piece.put(0, (byte) ~piece.get(0));
        });
        installed(fetched(giver));
        assertThat(giver.held.get()).isGreaterThan(1);
    }

    @Test
    void itGoesOnWhereTheConnectionBroke() throws Exception {
        long all;
        try (GivenCheckpoint whole = source.engine.give(taker.nodeId())) {
            all = whole.list().files().stream().mapToLong(file -> (file.bytes() + PIECE_BYTES - 1) / PIECE_BYTES).sum();
        }
        installed(fetched(new Faulty((number, _, _) -> {
            if (number == 4 || number == 9) throw new LynseException(new LynseError.Unavailable("the connection broke", Duration.ZERO));
        })));
        assertThat(pieces.get()).as("pieces that were sent").isEqualTo((int) all + 2);
    }

    /** For want of space, for instance. */
    @Test
    void aCheckpointThatTheGiverGaveUpIsReplacedByItsNext() throws Exception {
        CopyContents contents = fetched(new Faulty((number, id, _) -> {
            if (number != 6) return;
            source.write(2000, 10);
            given.release(id);
        }));
        assertThat(contents.applied()).isEqualTo(source.engine.appliedLsn());
        installed(contents);
    }

    @Test
    void theGiverWritesMeanwhile() throws Exception {
        Rows before = FilledEngine.rows(source.engine);
        CopyContents contents = fetched(new Faulty((number, _, _) -> source.write(number % 100, 3)));
        catchUp.install(3);
        FilledEngine.same(FilledEngine.rows(taker), before);
        assertThat(contents.applied()).isLessThan(source.engine.appliedLsn());
        assertThat(source.engine.log().firstLsn()).isLessThanOrEqualTo(contents.applied().next());
    }

    @Test
    void anotherStreamEndsTheFetchAndGoesOnWithWhatCame() throws Exception {
        var reached = new CountDownLatch(1);
        var told = new AtomicInteger();
        catchUp.fetch(new Faulty((number, _, _) -> {
            if (number < 8) return;
            reached.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(1)); // a giver that is silent
            } catch (InterruptedException cancelled) {
                throw new LynseException(new LynseError.Unavailable("cancelled", Duration.ZERO));
            }
        }), 2, _ -> told.incrementAndGet());
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(catchUp.progress().phase()).isEqualTo(CatchUpProgress.Phase.FETCHING);
        long here = catchUp.progress().bytesDone();
        assertThat(here).isPositive();
        CopyContents contents = fetched(new Faulty((_, _, _) -> {}));
        assertThatThrownBy(() -> catchUp.install(2)).isInstanceOf(IllegalStateException.class);
        assertThat(catchUp.progress().phase()).isEqualTo(CatchUpProgress.Phase.FETCHED);
        installed(contents);
        assertThat(told.get()).isZero();
    }

    @Test
    void whatIsWantedNoMoreIsRemoved() throws Exception {
        fetched(new Faulty((_, _, _) -> {}));
        catchUp.discard();
        assertThat(temporary.resolve("taker/incoming")).doesNotExist();
        assertThatThrownBy(() -> catchUp.install(3)).isInstanceOf(IllegalStateException.class);
    }
}
