package io.lynse.engine;

import io.lynse.error.LynseError;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * What the entry with a write id did, in few bytes: what a retry names itself (its ids) or what the catalog knows (a
 * collection's settings) is not kept again.
 *
 * @param lsn    of the entry
 * @param digest of the request, see {@link Decoded}
 */
record Remembered(WriteId writeId, Lsn lsn, long digest, Outcome outcome) {

    /** Longest text of a remembered refusal, in characters; a retry hears no more of a longer one. */
    static final int REFUSAL_CHARACTERS_MAX = 400;

    sealed interface Outcome {}

    /** Under the ids that the request names. */
    record RowsWritten() implements Outcome {}

    record RowsGenerated(Ids.Range ids) implements Outcome {}

    record RowsMarked() implements Outcome {}

    record RowsCompacted(long removed) implements Outcome {}

    /** @param ids null: the request names them */
    record KeyClaimed(Ids.@Nullable Range ids) implements Outcome {}

    record DatabaseChanged() implements Outcome {}

    record CollectionChanged(CollectionId id) implements Outcome {}

    record Refused(LynseError error) implements Outcome {}

    /** In the log, and not applied yet, because this node cannot serve the collection: nobody can be told what it did. */
    record Unresolved() implements Outcome {}

    static Remembered of(Lsn lsn, Decoded decoded, Applied.Result result) {
        return new Remembered(decoded.writeId(), lsn, decoded.digest(), switch (result) {
            case Applied.RowsWritten(Ids.Range range) when generates(decoded.entry()) -> new RowsGenerated(range);
            case Applied.RowsWritten _ -> new RowsWritten();
            case Applied.RowsMarked _ -> new RowsMarked();
            case Applied.RowsCompacted(long removed) -> new RowsCompacted(removed);
            case Applied.KeyClaimed(var ids) -> new KeyClaimed(ids);
            case Applied.DatabaseChanged _ -> new DatabaseChanged();
            case Applied.CollectionChanged(var info) -> new CollectionChanged(info.id());
            case Applied.Refused(var error) -> new Refused(shortened(error));
        });
    }

    static Remembered unresolved(Lsn lsn, Decoded decoded) {
        return new Remembered(decoded.writeId(), lsn, decoded.digest(), new Unresolved());
    }

    boolean isUnresolved() {
        return outcome instanceof Unresolved;
    }

    /** The collection or database was not there. Nothing is decided by that: a group may be told of it later than of its rows. */
    boolean cameTooEarly() {
        return outcome instanceof Refused(LynseError.NotFound _);
    }

    /** As above, of what applying came to. */
    static boolean cameTooEarly(Applied.Result result) {
        return result instanceof Applied.Refused(LynseError.NotFound _);
    }

    /**
     * The answer to a retry.
     *
     * @throws IllegalStateException if nobody can know it yet, see {@link #isUnresolved}
     */
    Applied answer(Decoded retry, CatalogImage catalog) {
        if (retry.digest() != digest) return new Applied(lsn, new Applied.Refused(new LynseError.KeyReused()));
        return new Applied(lsn, switch (outcome) {
            case RowsWritten _ -> new Applied.RowsWritten(named(retry.entry()));
            case RowsGenerated(var ids) -> new Applied.RowsWritten(ids);
            case RowsMarked _ -> new Applied.RowsMarked();
            case RowsCompacted(long removed) -> new Applied.RowsCompacted(removed);
            case KeyClaimed(var ids) -> new Applied.KeyClaimed(ids);
            case DatabaseChanged _ -> new Applied.DatabaseChanged();
            case CollectionChanged(var id) -> {
                CollectionRecord record = catalog.record(id);
                // It was done, and undone by a later entry.
                yield record == null
                        ? new Applied.Refused(new LynseError.NotFound("collection", id.toString()))
                        : new Applied.CollectionChanged(record.info());
            }
            case Refused(var error) -> new Applied.Refused(error);
            case Unresolved _ -> throw new IllegalStateException("entry " + lsn + " is not applied yet");
        });
    }

    private static boolean generates(Entry entry) {
        return entry instanceof Entry.WriteRows rows && rows.batch().ids() == null;
    }

    private static Ids named(Entry retry) {
        Ids ids = retry instanceof Entry.WriteRows rows ? rows.batch().ids() : null;
        return ids == null ? Ids.NONE : ids;
    }

    private static LynseError shortened(LynseError error) {
        return switch (error) {
            case LynseError.InvalidArgument(String field, String reason) -> new LynseError.InvalidArgument(field, shortened(reason));
            case LynseError.Conflict(String reason) -> new LynseError.Conflict(shortened(reason));
            case LynseError.NotFound(String kind, String name) -> new LynseError.NotFound(kind, shortened(name));
            case LynseError.AlreadyExists(String kind, String name) -> new LynseError.AlreadyExists(kind, shortened(name));
            case LynseError.EmptyCollection(String name) -> new LynseError.EmptyCollection(shortened(name));
            default -> error; // of fixed length, or never the result of an entry
        };
    }

    private static String shortened(String text) {
        if (text.length() <= REFUSAL_CHARACTERS_MAX) return text;
        int end = REFUSAL_CHARACTERS_MAX - 1;
        if (Character.isHighSurrogate(text.charAt(end - 1))) end--;
        return text.substring(0, end) + "…";
    }
}
