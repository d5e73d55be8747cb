package io.lynse.shard.recovery;

import io.lynse.engine.CopyContents;
import io.lynse.engine.Engine;
import io.lynse.engine.IncomingCopy;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member does for {@code Effect.FetchFiles} and {@code Effect.InstallFiles}: one fetch at a time, on a thread of its own, each for a stream.
 * A new one ends the one before, and goes on with what that has brought. Safe for use by several threads.
 */
public final class CatchUp implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);

    private final Engine engine;
    private final Duration keepEvery;
    private volatile @Nullable Running running; // changes with the lock
    private @Nullable FileFetch installed; // its checkpoint is still held

    private final class Running {
        private final long stream;
        private final IncomingCopy copy;
        private final FileFetch fetch;
        private final Thread thread;
        private volatile boolean fetched;

        Running(Giver giver, long stream, IncomingCopy copy, Consumer<CopyContents> whenFetched) {
            this.stream = stream;
            this.copy = copy;
            fetch = new FileFetch(copy, giver);
            thread = Thread.ofPlatform().daemon().name("lynse-catch-up").unstarted(() -> run(whenFetched));
        }

        private void run(Consumer<CopyContents> whenFetched) {
            Thread keeping = Thread.ofVirtual().name("catch-up-keep").start(this::keep);
            try {
                CopyContents contents = fetch.run();
                if (contents == null) return;
                fetched = true;
                log.atInfo().addKeyValue("lsn", contents.applied()).addKeyValue("bytes", copy.bytesTotal()).log("files of another member fetched");
                whenFetched.accept(contents);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                keeping.interrupt();
            }
        }

        /** Also while what came is verified. */
        private void keep() {
            try {
                while (true) {
                    Thread.sleep(keepEvery);
                    fetch.keep();
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }

        private void end() {
            fetch.cancel();
            thread.interrupt(); // a call may wait for the giver
            joinWhateverHurries(); // two must never write into the same folder
            copy.close();
        }

        private void joinWhateverHurries() {
            boolean hurried = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException told) {
                    hurried = true;
                }
            }
            if (hurried) Thread.currentThread().interrupt();
        }
    }

    public CatchUp(Engine engine, CatchUpSettings settings) {
        this.engine = engine;
        keepEvery = settings.patience().dividedBy(4);
    }

    /**
     * Begins to fetch a checkpoint, in place of any other that is on its way. Waits for that one to end, which is soon.
     *
     * @param stream      for which it is wanted
     * @param whenFetched told, on another thread, when it lies aside and was verified; not after a {@link #cancel}. It hands that over, and calls
     *                    nothing here
     */
    public synchronized void fetch(Giver giver, long stream, Consumer<CopyContents> whenFetched) {
        cancel();
        running = new Running(giver, stream, engine.incoming(), whenFetched);
        running.thread.start();
        log.atInfo().addKeyValue("stream", stream).log("files of another member are fetched");
    }

    /**
     * Replaces this node's copy by what was fetched, see {@link Engine#install}. Waits for that.
     * @throws IllegalStateException if nothing was fetched for that stream
     */
    public synchronized void install(long stream) {
        Running now = running;
        if (now == null || now.stream != stream || !now.fetched) throw new IllegalStateException("nothing was fetched for stream " + stream);
        running = null;
        installed = now.fetch;
        engine.install(now.copy);
    }

    /** No copy is wanted any more: the log goes on by itself, or another stream begins. What came stays aside for a day. */
    public synchronized void cancel() {
        Running before = running;
        running = null;
        if (before != null) before.end();
    }

    /**
     * Nothing of a copy is wanted, now that this member is level. Not before: until the stream runs, the log behind the checkpoint is kept for
     * this node only because the giver holds that.
     */
    public synchronized void discard() {
        Running now = running;
        FileFetch held = now == null ? installed : now.fetch;
        installed = null;
        cancel();
        engine.incoming().discard();
        if (held != null) held.release();
    }

    public CatchUpProgress progress() {
        Running now = running;
        if (now == null) return CatchUpProgress.NONE;
        CatchUpProgress at = now.fetch.progress();
        return now.fetched ? new CatchUpProgress(CatchUpProgress.Phase.FETCHED, at.bytesDone(), at.bytesTotal(), "") : at;
    }

    @Override
    public void close() {
        cancel();
    }
}
