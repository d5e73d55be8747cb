package io.lynse.engine;

import io.lynse.error.LynseError;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.RowBatch;
import org.jspecify.annotations.Nullable;

/** A log entry, decoded and checked as far as that goes without looking at any state. */
public sealed interface Entry {

    record CreateDatabase(String database) implements Entry {}

    /** @param below ids of the collections that were there when the drop was decided; those created since stay, and the database with them */
    record DropDatabase(String database, long below) implements Entry {}

    /** @param id null: the catalog gives the next free one */
    record CreateCollection(@Nullable CollectionId id, CollectionName name, CollectionSpec spec, @Nullable IndexMode mode, IndexParameters parameters) implements Entry {}

    record DropCollection(CollectionId id) implements Entry {}

    /** @param description null: stays; @param index null: stays */
    record UpdateCollection(CollectionId id, @Nullable String description, @Nullable IndexChange index) implements Entry {}

    /** @param mode null: no index */
    record IndexChange(@Nullable IndexMode mode, IndexParameters parameters, boolean evenIfEmpty) {}

    /** @param clock of the order stamps of rows that are new */
    record WriteRows(CollectionId id, RowBatch batch, long clock) implements Entry {}

    record MarkRows(CollectionId id, Ids ids, boolean deleted) implements Entry {}

    record Compact(CollectionId id) implements Entry {}

    /**
     * Changes nothing, and is remembered by its write id.
     * @param ids that the request's rows get; null: it names them itself
     */
    record ClaimKey(Ids.@Nullable Range ids) implements Entry {}

    /** Bytes that are no such entry. Never appended here; in a log of another origin it changes nothing, on every member. */
    record Malformed(LynseError error) implements Entry {}
}
