package io.lynse.engine.collection;

import io.lynse.engine.index.hnsw.GraphMerges;
import io.lynse.engine.index.hnsw.GraphTally;
import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.hnsw.IndexState;
import java.util.concurrent.CompletableFuture;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

/** Which index a collection wants, and how far it is. Changed under the collection's lock, read by all. */
final class CollectionIndex {

    private final GraphMerges merges;
    private volatile @Nullable HnswIndex wanted;
    private volatile IndexState state;
    private volatile CompletableFuture<IndexState> built = new CompletableFuture<>();

    /** @param reader of what there is */
    CollectionIndex(GraphMerges merges, @Nullable HnswIndex wanted, DirectoryReader reader) {
        this.merges = merges;
        this.wanted = wanted;
        merges.want(wanted == null ? null : wanted.graph());
        state = merges.state(reader);
        shows(reader);
    }

    @Nullable HnswIndex wanted() {
        return wanted;
    }

    IndexState state() {
        return state;
    }

    GraphTally.Counts builds() {
        return merges.counts();
    }

    /** Completes when searches are answered by the wanted index, or never will be; with the state at that moment. */
    CompletableFuture<IndexState> built() {
        return built.copy();
    }

    void want(@Nullable HnswIndex index, DirectoryReader reader) {
        wanted = index;
        merges.want(index == null ? null : index.graph());
        if (built.isDone()) built = new CompletableFuture<>(); // else who waits for the one before waits for this one now
        shows(reader);
    }

    /** Searches use this reader from now on. @return whether it brought what was waited for */
    boolean shows(DirectoryReader reader) {
        long linked = state.linked();
        IndexState now = merges.state(reader);
        state = now;
        if (now.phase() != IndexState.Phase.BUILDING) built.complete(now);
        return now.linked() > linked;
    }

    /** Nobody waits for a collection that is gone. */
    void close() {
        built.complete(state);
    }
}
