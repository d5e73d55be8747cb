package io.lynse.engine;

import io.lynse.engine.Applied.CollectionChanged;
import io.lynse.engine.Applied.DatabaseChanged;
import io.lynse.engine.Applied.Refused;
import io.lynse.engine.Applied.Result;
import io.lynse.engine.Applied.RowsCompacted;
import io.lynse.engine.Applied.RowsMarked;
import io.lynse.engine.Applied.RowsWritten;
import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.CollectionUnavailableException;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.IndexMode;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;

/**
 * Applies committed entries, in LSN order, on one thread. Deterministic: the result depends on the entries before alone, so
 * every member reaches the same state and the same answers. Idempotent: what an entry changed already, in the catalog or in
 * its collection, is not changed again, so a replay may begin anywhere before the first entry that is missing.
 */
final class Applier {

    private final OpenCollections collections;
    private volatile AppliedState state;

    /** @param state what is applied so far; rows of some collections may lag behind it */
    Applier(OpenCollections collections, AppliedState state) {
        this.collections = collections;
        this.state = state;
    }

    AppliedState state() {
        return state;
    }

    /**
     * @return what it did; of an entry that was applied before, only that it was there
     * @throws CollectionUnavailableException if the collection's files failed: the entry stays in the log, and is applied
     *         when the collection is opened the next time
     */
    Result apply(Lsn lsn, Entry entry) {
        AppliedState before = state;
        boolean again = lsn.compareTo(before.lsn()) <= 0;
        Result result;
        try {
            result = switch (entry) {
                case Entry.WriteRows(var id, var batch, var clock) -> write(lsn, id, batch, clock);
                case Entry.MarkRows(var id, var ids, var deleted) -> {
                    Collection collection = collections.get(id);
                    if (!collection.holds(lsn)) collection.mark(lsn, ids, deleted);
                    yield new RowsMarked();
                }
                case Entry.Compact(var id) -> {
                    Collection collection = collections.get(id);
                    yield new RowsCompacted(collection.holds(lsn) ? 0 : collection.compact(lsn));
                }
                case Entry.Malformed(var error) -> new Refused(error);
                case Entry.CreateDatabase(var database) -> again ? new DatabaseChanged() : createDatabase(database);
                case Entry.DropDatabase(var database) -> again ? new DatabaseChanged() : dropDatabase(lsn, database);
                case Entry.CreateCollection create -> again ? new DatabaseChanged() : createCollection(lsn, create);
                case Entry.DropCollection(var id) -> again ? new DatabaseChanged() : dropCollection(lsn, id);
                case Entry.UpdateCollection update -> again ? new DatabaseChanged() : updateCollection(update);
            };
        } catch (LynseException refused) {
            if (refused.getCause() instanceof CollectionUnavailableException unavailable) throw done(lsn, unavailable);
            result = new Refused(refused.error());
        } catch (CollectionUnavailableException unavailable) {
            throw done(lsn, unavailable);
        }
        done(lsn, entry instanceof Entry.WriteRows(_, _, long clock) ? clock : 0);
        return result;
    }

    private Result write(Lsn lsn, CollectionId id, RowBatch batch, long clock) {
        CollectionRecord record = record(id);
        Collection collection = collections.get(id);
        if (collection.holds(lsn)) return new RowsWritten(io.lynse.model.Ids.NONE);
        int dimension = record.dimensionAt(lsn);
        int given = batch.vectors().dimension();
        if (batch.count() > 0 && dimension > 0 && given != dimension) {
            throw refused("vectors", "Dimension mismatch: expected " + dimension + ", got " + given);
        }
        var ids = collection.write(lsn, batch, clock);
        if (batch.count() > 0 && record.info().dimension() == 0) change(state.catalog().with(record.withDimension(given, lsn)));
        return new RowsWritten(ids);
    }

    private Result createDatabase(String database) {
        if (!state.catalog().hasDatabase(database)) change(state.catalog().withDatabase(database));
        return new DatabaseChanged();
    }

    private Result dropDatabase(Lsn lsn, String database) {
        for (CollectionInfo info : state.catalog().collections(database)) dropCollection(lsn, info.id());
        if (state.catalog().hasDatabase(database)) change(state.catalog().withoutDatabase(database));
        return new DatabaseChanged();
    }

    private Result createCollection(Lsn lsn, Entry.CreateCollection create) {
        CatalogImage catalog = state.catalog();
        CollectionName name = create.name();
        if (!catalog.hasDatabase(name.database())) throw new LynseException(new LynseError.NotFound("database", name.database()));
        CollectionId id = create.id() != null ? create.id() : new CollectionId(catalog.nextId());
        CollectionRecord sameId = catalog.record(id);
        // A retry: its answer may have been lost on the way.
        if (sameId != null && sameId.info().name().equals(name)) return new CollectionChanged(sameId.info());
        if (sameId != null || id.value() < catalog.nextId()) {
            throw new LynseException(new LynseError.Conflict("collection id " + id + " was given to another collection"));
        }
        if (catalog.find(name).isPresent()) throw new LynseException(new LynseError.AlreadyExists("collection", name.collection()));
        if (create.spec().dimension() > Collection.DIMENSION_MAX) {
            throw refused("dim", "dim must be at most " + Collection.DIMENSION_MAX + ", got " + create.spec().dimension());
        }
        var info = new CollectionInfo(
                id, name, create.spec().dimension(), create.spec().elementType(), create.spec().description(), create.mode());
        var record = new CollectionRecord(info, "", lsn, Lsn.NONE);
        collections.open(record, Lsn.NONE);
        change(catalog.with(record));
        return new CollectionChanged(info);
    }

    private Result dropCollection(Lsn lsn, CollectionId id) {
        if (state.catalog().record(id) != null) {
            collections.drop(id, lsn);
            change(state.catalog().without(id));
        }
        return new DatabaseChanged();
    }

    private Result updateCollection(Entry.UpdateCollection update) {
        CollectionRecord record = record(update.id());
        if (update.description() != null) record = record.withDescription(update.description());
        Entry.IndexChange index = update.index();
        if (index != null) {
            IndexMode mode = index.mode();
            if (mode != null && mode.approximate() && !index.evenIfEmpty() && collections.get(update.id()).counts().rows() == 0) {
                throw new LynseException(new LynseError.EmptyCollection(record.info().name().collection()));
            }
            record = record.withIndex(mode, index.parametersJson());
        }
        change(state.catalog().with(record));
        if (index != null) collections.index(record);
        return new CollectionChanged(record.info());
    }

    private CollectionRecord record(CollectionId id) {
        CollectionRecord record = state.catalog().record(id);
        if (record == null) throw new LynseException(new LynseError.NotFound("collection", id.toString()));
        return record;
    }

    private void change(CatalogImage catalog) {
        state = new AppliedState(state.lsn(), catalog, state.largestStamp());
    }

    private void done(Lsn lsn, long clock) {
        AppliedState now = state;
        state = new AppliedState(
                lsn.compareTo(now.lsn()) > 0 ? lsn : now.lsn(), now.catalog(), Math.max(now.largestStamp(), clock));
    }

    private CollectionUnavailableException done(Lsn lsn, CollectionUnavailableException unavailable) {
        done(lsn, 0);
        return unavailable;
    }

    private static LynseException refused(String field, String reason) {
        return new LynseException(LynseError.invalid(field, reason));
    }
}
