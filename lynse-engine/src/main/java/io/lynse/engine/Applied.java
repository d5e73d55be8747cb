package io.lynse.engine;

import io.lynse.error.LynseError;
import io.lynse.model.CollectionInfo;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import org.jspecify.annotations.Nullable;

/** What applying one log entry did. Equal on every member that applies the same log. */
public record Applied(Lsn lsn, Result result) {

    public sealed interface Result {}

    /** @param ids of the rows, in row order; the given ones, or those that were generated */
    public record RowsWritten(Ids ids) implements Result {}

    public record RowsMarked() implements Result {}

    /** @param removed rows that are gone for good */
    public record RowsCompacted(long removed) implements Result {}

    /** @param ids that the key stands for, as its first claim gave them; null: none */
    public record KeyClaimed(Ids.@Nullable Range ids) implements Result {}

    /** A database, or the set of collections in it, is now as the entry wanted it; also when it was so before. */
    public record DatabaseChanged() implements Result {}

    /** The collection as it is now, after it was created or changed. */
    public record CollectionChanged(CollectionInfo info) implements Result {}

    /** Decided against the applied state: nothing was changed. */
    public record Refused(LynseError error) implements Result {}
}
