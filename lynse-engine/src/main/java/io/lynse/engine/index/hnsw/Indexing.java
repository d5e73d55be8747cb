package io.lynse.engine.index.hnsw;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * What the collections of a node share for their indexes: the turns of {@link GraphBuilds}, and one thread that follows up on merges,
 * because the thread that merged must wait for nothing.
 */
public final class Indexing implements AutoCloseable {

    private final GraphBuilds builds;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("lynse-index").factory());
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
    public void followUp(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException stopping) {
            // The next start finds the merge's files, or merges again.
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
