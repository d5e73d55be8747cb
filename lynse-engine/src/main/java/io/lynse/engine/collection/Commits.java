package io.lynse.engine.collection;

import io.lynse.engine.row.RowCounts;
import io.lynse.model.Lsn;
import java.io.IOException;
import org.apache.lucene.index.IndexCommit;
import org.jspecify.annotations.Nullable;

/**
 * How far the files are that a restart would find, and the two halves in which they go further. Guarded by the collection's
 * lock.
 */
final class Commits {

    private final CollectionFiles files;
    private boolean any;
    private Lsn committed;
    private @Nullable Lsn prepared;
    private boolean rebuilt;

    /** @param applied what the collection held when it was opened */
    Commits(CollectionFiles files, Lsn applied) {
        this.files = files;
        this.any = files.found() != CommitData.NOTHING;
        this.committed = applied;
    }

    /** Whether a commit of what is applied would be news. One that was not finished is finished first. */
    boolean wanted(Lsn applied) {
        return prepared == null && (!any || rebuilt || applied.compareTo(committed) > 0);
    }

    /** The same rows lie in files worth more than those committed: a graph was built. */
    void rebuilt() {
        rebuilt = true;
    }

    /** Everything up to {@code upTo} must be in the writer. */
    void prepare(Lsn upTo, RowCounts counts) throws IOException {
        files.prepareCommit(new CommitData(upTo, counts));
        prepared = upTo;
        rebuilt = false;
    }

    void finish() throws IOException {
        if (prepared == null) return;
        files.finishCommit();
        committed = prepared;
        prepared = null;
        any = true;
    }

    /** Keeps the files of the last commit, whatever is committed later; null: there is none. */
    @Nullable IndexCommit pin() throws IOException {
        return any ? files.pin() : null;
    }

    /** The last entry whose effect the files hold; {@link Lsn#NONE}: there are none. */
    Lsn held() {
        return any ? committed : Lsn.NONE;
    }

    /** Whether the files hold all that is applied. */
    boolean hold(Lsn applied) {
        return any && prepared == null && applied.compareTo(committed) <= 0;
    }
}
