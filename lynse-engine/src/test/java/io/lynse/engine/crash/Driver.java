package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.Applied;
import io.lynse.engine.Engine;
import io.lynse.engine.TestEngine;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionInfo;
import io.lynse.model.Query;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Puts the load on an engine: one thread submits, so that operations get their LSNs in order, with several under way at once, while
 * another takes checkpoints and a third searches. Every answer is held against the model.
 */
final class Driver {

    /** Told on the thread that submits, and on the one that applies. */
    interface Listener {

        /** Before it is submitted. */
        void begun(long lsn, Op op);

        /** When its answer has come. */
        void acknowledged(long lsn, Op op);
    }

    private static final int CHECKPOINT_EVERY = 15;

    private final Engine engine;
    private final Load load;
    private final int incarnation;
    private final NaiveEngine model;
    private final Listener listener;
    private final Random random;
    private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** @param model as the engine is now; goes on with every operation that is submitted */
    Driver(Engine engine, Load load, int incarnation, NaiveEngine model, Listener listener) {
        this.engine = engine;
        this.load = load;
        this.incarnation = incarnation;
        this.model = model;
        this.listener = listener;
        this.random = new Random(load.seed() ^ incarnation);
    }

    /**
     * Returns when so many operations are answered, or when the engine takes no more.
     * @throws AssertionError if an answer was wrong
     */
    void run(int operations) {
        int window = 1 + random.nextInt(8);
        var free = new Semaphore(window);
        try (ExecutorService beside = Executors.newFixedThreadPool(2)) {
            beside.execute(this::searchOn);
            for (int i = 0; i < operations && !stopped.get(); i++) {
                free.acquireUninterruptibly();
                submit(free);
                if (random.nextInt(CHECKPOINT_EVERY) == 0) beside.execute(() -> quietly(engine::checkpoint));
            }
            free.acquireUninterruptibly(window);
            stopped.set(true);
        }
        Throwable found = wrong.get();
        if (found != null) throw new AssertionError("a wrong answer: " + found.getMessage(), found);
    }

    private void submit(Semaphore free) {
        Op op = load.next(incarnation, model);
        Applied.@Nullable Result expected = model.apply(op);
        long lsn = model.lsn();
        listener.begun(lsn, op);
        engine.submit(TestEngine.EPOCH, op.type().getNumber(), 1, op.message(lsn).toByteString().asReadOnlyByteBuffer()).whenComplete((applied, failure) -> {
            try {
                if (failure == null) {
                    check(applied, lsn, expected);
                    if (!stopped.get()) listener.acknowledged(lsn, op);
                } else if (failure instanceof LynseException) {
                    stopped.set(true); // nothing behind it may count: its LSN is not the one the model thinks
                } else {
                    stop(failure);
                }
            } catch (AssertionError | RuntimeException unexpected) {
                stop(unexpected);
            } finally {
                free.release();
            }
        });
    }

    private static void check(Applied applied, long lsn, Applied.@Nullable Result expected) {
        assertThat(applied.lsn().value()).as("LSN").isEqualTo(lsn);
        if (expected == null) {
            assertThat(applied.result()).as("entry %s", lsn).isInstanceOf(Applied.Refused.class);
        } else if (!(expected instanceof Applied.DatabaseChanged)) {
            if (expected instanceof Applied.RowsWritten(var ids) && applied.result() instanceof Applied.RowsWritten(var written)) {
                assertThat(written.toList()).as("ids of entry %s", lsn).isEqualTo(ids.toList());
            } else {
                assertThat(applied.result()).as("entry %s", lsn).isEqualTo(expected);
            }
        } else {
            assertThat(applied.result()).as("entry %s", lsn).isNotInstanceOf(Applied.Refused.class);
        }
    }

    private void searchOn() {
        var own = new Random(random.nextLong());
        while (!stopped.get()) quietly(() -> {
            List<CollectionInfo> all = engine.catalog().collections();
            if (all.isEmpty()) return;
            CollectionInfo info = all.get(own.nextInt(all.size()));
            if (info.dimension() > 0) engine.search(info.id(), new Query(Load.vector(info.dimension(), own), new Query.Options(5, true, 0)));
        });
    }

    /** A collection may be dropped under a search, and a disk may be gone. */
    private static void quietly(Runnable task) {
        try {
            task.run();
        } catch (LynseException | java.io.UncheckedIOException | io.lynse.engine.log.LogFailedException expected) {
            Thread.yield();
        }
    }

    private void stop(Throwable because) {
        wrong.compareAndSet(null, because);
        stopped.set(true);
    }
}
