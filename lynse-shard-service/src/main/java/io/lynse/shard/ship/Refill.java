package io.lynse.shard.ship;

import io.lynse.engine.CopyContents;
import io.lynse.engine.Engine;
import io.lynse.model.HybridClock;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.recovery.CatchUpProgress;
import io.lynse.shard.recovery.Givers;
import io.lynse.shard.replication.MemberCore.FilesWanted;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's copy by files. To begin and to end one may mean to read all that lies aside, or to wait for the giver: a thread of its own does
 * that, one after the other. Only the installation is waited for. For the driver's thread, but for the progress.
 */
public final class Refill implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Refill.class);

    private final Engine engine;
    private final CatchUp catchUp;
    private final Givers givers;
    private final HybridClock clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("lynse-refill").factory());
    private @Nullable FilesWanted fetching;
    private boolean leftovers = true; // perhaps, of the process before

    /** @param clock is ahead of what the new copy holds, too */
    public Refill(Engine engine, CatchUp catchUp, Givers givers, HybridClock clock) {
        this.engine = engine;
        this.catchUp = catchUp;
        this.givers = givers;
        this.clock = clock;
    }

    /**
     * Until it is there, or not wanted: whatever hinders it is tried again.
     *
     * @param whenFetched told by another thread. It hands that over, as the next one does
     * @param cannot      told if it did not even begin: then it never will
     */
    void fetch(String uri, Fence fence, long stream, Consumer<CopyContents> whenFetched, Consumer<RuntimeException> cannot) {
        fetching = new FilesWanted(fence.epoch(), stream);
        leftovers = true;
        later(() -> {
            try {
                catchUp.fetch(givers.of(uri, fence), stream, whenFetched);
            } catch (RuntimeException failed) {
                cannot.accept(failed);
            }
        });
    }

    /** Ends what is fetched for anything else. What came of it stays aside for the next. */
    void keepOnly(@Nullable FilesWanted wanted) {
        if (fetching == null || fetching.equals(wanted)) return;
        fetching = null;
        later(catchUp::cancel);
    }

    /** Replaces this node's copy; its log is another one then. Waits for that. */
    void install(long stream) {
        fetching = null;
        catchUp.install(stream);
        clock.observe(engine.largestStamp());
    }

    /** This member has what all have: of files nothing is needed any more, here or at the giver. */
    void level() {
        if (!leftovers || fetching != null) return;
        leftovers = false;
        later(catchUp::discard);
    }

    CatchUpProgress progress() {
        return catchUp.progress();
    }

    private void later(Runnable work) {
        thread.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException failed) {
                log.atWarn().setCause(failed).log("copy by files not ended");
            }
        });
    }

    /** Ends what is fetched. */
    @Override
    public void close() {
        thread.shutdownNow();
        catchUp.close();
    }
}
