package io.lynse.engine.collection;

import io.lynse.engine.recent.View;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.index.IndexCommit;
import org.jspecify.annotations.Nullable;

/**
 * How what is applied to a collection becomes the files that a restart finds, in two halves, while reads and writes go on. What it
 * must do with the collection's lock is short: {@link Commits} knows what.
 */
final class CommitCycle {

    private final CollectionState state;
    private final CollectionFiles files;
    private final Commits commits;

    CommitCycle(CollectionState state, CollectionFiles files, Commits commits) {
        this.state = state;
        this.files = files;
        this.commits = commits;
    }

    /** See {@link Collection#prepareCommit}. */
    void prepare(Lsn upTo) {
        forceAhead();
        state.run(() -> {
            if (!commits.wanted(state.applied())) return;
            state.settled();
            commits.prepare(upTo.compareTo(state.applied()) > 0 ? upTo : state.applied(), state.counts());
        });
    }

    void finish() {
        state.run(commits::finish);
    }

    /** See {@link Collection#pinCommit}. */
    @Nullable CommitPin pin() {
        var taken = new AtomicReference<@Nullable CommitPin>();
        state.run(() -> {
            IndexCommit last = commits.pin();
            if (last != null) taken.set(new CommitPin(last.getGeneration(), folder -> files.list(last, folder), () -> state.run(() -> files.unpin(last))));
        });
        return taken.get();
    }

    /** See {@link Collection#foldedUpTo}. */
    Lsn foldedUpTo(Lsn upTo) {
        return state.locked(() -> state.failure() == null && commits.hold(state.applied()) ? upTo : commits.held());
    }

    /** LSN of the commit that a restart would find; {@link Lsn#NONE}: there is none. */
    Lsn held() {
        return state.locked(commits::held);
    }

    /** Most of a commit's work, outside the lock: under it writes would wait for the disk. */
    private void forceAhead() {
        if (state.failure() != null || !state.locked(() -> commits.wanted(state.applied()))) return;
        state.folds().run();
        View written = state.latest();
        if (state.failure() != null || !written.retain()) return; // a later fold has come between, or the end: the commit does all by itself
        try (written) {
            files.force(written.reader());
        } catch (IOException | RuntimeException broken) {
            state.run(() -> {
                throw broken; // unless the collection was closed meanwhile
            });
        }
    }
}
