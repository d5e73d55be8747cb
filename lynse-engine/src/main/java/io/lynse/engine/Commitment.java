package io.lynse.engine;

import io.lynse.engine.directory.DataDirectory;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How far the log is committed, by whichever {@link CommitRule} holds. An entry that is committed stays so; nothing is applied that is
 * not. Guarded by the lock of the {@link ApplyThread}; what touches the file is called on that thread alone.
 */
final class Commitment implements AutoCloseable {

    static final String MARK = "committed";

    private final Path file;
    private @Nullable CommitMark mark; // null: what is durable is committed
    private Lsn durable;
    private Lsn told;
    private Lsn stopAt = Lsn.NONE;

    private Commitment(Path file, @Nullable CommitMark mark, Lsn durable, Lsn told) {
        this.file = file;
        this.mark = mark;
        this.durable = durable;
        this.told = told;
    }

    /**
     * @param applied what the catalog holds, and so was committed
     * @param durable end of the log
     * @throws DamagedCopyException if entries that were committed are not in the log
     */
    static Commitment open(DataDirectory directory, Lsn applied, Lsn durable) {
        Path file = directory.resolve(MARK);
        if (!CommitMark.exists(file)) return new Commitment(file, null, durable, durable);
        CommitMark mark = CommitMark.open(file);
        if (mark.committed().compareTo(durable) > 0) {
            mark.close();
            throw new DamagedCopyException("the log ends at LSN " + durable + " and is committed up to " + mark.committed() + ": log files are missing");
        }
        return new Commitment(file, mark, durable, mark.committed().compareTo(applied) > 0 ? mark.committed() : applied);
    }

    /** In a directory that is not open: nothing behind {@code last} is there, so nothing is known to be committed. */
    static void limit(DataDirectory directory, Lsn last) {
        Path file = directory.resolve(MARK);
        if (!CommitMark.exists(file)) return;
        Lsn committed;
        try (CommitMark mark = CommitMark.open(file)) {
            committed = mark.committed();
        }
        if (committed.compareTo(last) > 0) CommitMark.create(file, last).close();
    }

    CommitRule rule() {
        return mark == null ? new CommitRule.WhenDurable() : new CommitRule.WhenTold();
    }

    /** The last entry that may be applied. */
    Lsn committed() {
        return mark == null || durable.compareTo(told) < 0 ? durable : told;
    }

    /** The last entry that is known to be committed, durable here or not: it is never truncated. */
    Lsn settled() {
        return mark == null ? durable : told;
    }

    void durable(Lsn upTo) {
        if (upTo.compareTo(durable) > 0) durable = upTo;
    }

    /** Counts only while the rule is to be told. */
    void told(Lsn upTo) {
        if (upTo.compareTo(told) > 0) told = upTo;
    }

    void truncated(Lsn from) {
        if (from.compareTo(durable) <= 0) durable = new Lsn(from.value() - 1);
    }

    /** Nothing more is appended behind this entry. */
    void stopAt(Lsn last) {
        stopAt = last;
    }

    /** Whether nothing more can become committed by itself. */
    boolean isComplete() {
        return mark != null || durable.compareTo(stopAt) >= 0;
    }

    /** Before entries up to here are applied. */
    void persist(Lsn committed) throws IOException {
        if (mark != null) mark.advance(committed);
    }

    /** Changes the rule, durably. Everything in the log must be durable and committed when it is to be told from now on. */
    void become(CommitRule rule) {
        if (rule.equals(rule())) return;
        switch (rule) {
            case CommitRule.WhenTold _ -> {
                mark = CommitMark.create(file, durable);
                told = durable;
            }
            case CommitRule.WhenDurable _ -> {
                close();
                CommitMark.delete(file);
            }
        }
    }

    @Override
    public void close() {
        if (mark != null) mark.close();
        mark = null;
    }
}
