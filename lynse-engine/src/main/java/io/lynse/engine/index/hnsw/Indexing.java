package io.lynse.engine.index.hnsw;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What the collections of a node share for their indexes: the turns of {@link GraphBuilds}, and one thread that follows up on merges,
 * because the thread that merged must wait for nothing.
 */
public final class Indexing implements AutoCloseable {

    private final GraphBuilds builds;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lynse-index").factory());
    private volatile Runnable built = () -> {};

    public Indexing(GraphBuilds builds) {
        this.builds = builds;
    }

    public GraphBuilds builds() {
        return builds;
    }

    /** @param checkpoint asks for one, and does not wait: a graph that no commit knows would be built again after a crash */
    public void onBuilt(Runnable checkpoint) {
        built = checkpoint;
    }

    /** To be called when a graph came into use. */
    public void built() {
        built.run();
    }

    /** Runs the task soon; not at all when the node is stopping. */
    private void followUp(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException stopping) {
            // The next start finds the merge's files, or merges again.
        }
    }

    /** As {@link #followUp}, when {@link GraphMerges#PAUSE} is over. */
    private void afterPause(Runnable task) {
        try {
            thread.schedule(task, GraphMerges.PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            // The next start merges again.
        }
    }

    /** Has the task run after every merge of a collection, and again when one could not write and the pause is over. */
    public GraphMerges.Owner following(Runnable task) {
        return new GraphMerges.Owner() {
            @Override
            public void ended() {
                followUp(task);
            }

            @Override
            public void failed() {
                afterPause(task);
            }
        };
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
