package io.lynse.engine;

import io.lynse.engine.Applied.CollectionChanged;
import io.lynse.engine.Applied.DatabaseChanged;
import io.lynse.engine.Applied.KeyClaimed;
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
import io.lynse.model.CollectionSpec;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;

/**
 * Applies committed entries, in LSN order, on one thread. Deterministic: the result depends on the entries before alone, so
 * every member reaches the same state and the same answers. Idempotent: what an entry changed already, in the catalog or in
 * its collection, is not changed again, so a replay may begin anywhere before the first entry that is missing. An entry that
 * repeats another, by its write id, changes nothing and has the other's result.
 */
final class Applier {

    /** All that is applied besides rows, between two entries. */
    record Image(AppliedState state, WriteMemory.Image memory) {
        static final Image EMPTY = new Image(AppliedState.EMPTY, WriteMemory.Image.EMPTY);
    }

    private final OpenCollections collections;
    private final WriteMemory memory;
    private volatile AppliedState state;

    /** @param image what is applied so far; rows of some collections may lag behind it */
    Applier(OpenCollections collections, Image image) {
        this.collections = collections;
        this.memory = new WriteMemory(image.memory());
        this.state = image.state();
    }

    AppliedState state() {
        return state;
    }

    WriteMemory memory() {
        return memory;
    }

    /** On the applying thread, or while nothing is applied. */
    Image image() {
        return new Image(state, memory.image());
    }

    /**
     * @return what it did; of an entry that was applied before, only that it was there
     * @throws CollectionUnavailableException if the collection's files failed: the entry stays in the log, and is applied
     *         when the collection is opened the next time
     */
    Applied apply(Lsn lsn, Decoded decoded) {
        return lsn.compareTo(state.lsn()) <= 0 ? applyAgain(lsn, decoded) : applyFirst(lsn, decoded);
    }

    private Applied applyFirst(Lsn lsn, Decoded decoded) {
        Remembered earlier = memory.find(decoded.writeId(), lsn);
        if (earlier != null) return repeat(lsn, decoded, earlier);
        Result result;
        try {
            result = effect(lsn, decoded.entry());
        } catch (CollectionUnavailableException unavailable) {
            memory.remember(Remembered.unresolved(lsn, decoded));
            done(lsn, 0);
            throw unavailable;
        }
        memory.remember(Remembered.of(lsn, decoded, result)); // before anybody sees the entry applied
        done(lsn, decoded.entry() instanceof Entry.WriteRows(_, _, long clock) ? clock : 0);
        return new Applied(lsn, result);
    }

    private Applied repeat(Lsn lsn, Decoded decoded, Remembered earlier) {
        memory.repeated(lsn);
        done(lsn, 0);
        if (earlier.isUnresolved()) {
            throw new CollectionUnavailableException("entry " + earlier.lsn() + ", which this one repeats, could not be applied",
                    new IllegalStateException("unresolved"));
        }
        return earlier.answer(decoded, state.catalog());
    }

    /** The catalog has it; the collection may not. */
    private Applied applyAgain(Lsn lsn, Decoded decoded) {
        if (memory.isRepeat(lsn)) return new Applied(lsn, new DatabaseChanged());
        Result result = switch (decoded.entry()) {
            case Entry.WriteRows _, Entry.MarkRows _, Entry.Compact _ -> effect(lsn, decoded.entry());
            case Entry.CreateDatabase _, Entry.DropDatabase _, Entry.CreateCollection _, Entry.DropCollection _,
                    Entry.UpdateCollection _, Entry.ClaimKey _, Entry.Malformed _ -> new DatabaseChanged();
        };
        memory.resolve(Remembered.of(lsn, decoded, result));
        return new Applied(lsn, result);
    }

    private Result effect(Lsn lsn, Entry entry) {
        try {
            return switch (entry) {
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
                case Entry.ClaimKey(var ids) -> new KeyClaimed(ids);
                case Entry.Malformed(var error) -> new Refused(error);
                case Entry.CreateDatabase(var database) -> createDatabase(database);
                case Entry.DropDatabase(var database, long below) -> dropDatabase(lsn, database, below);
                case Entry.CreateCollection create -> createCollection(lsn, create);
                case Entry.DropCollection(var id) -> dropCollection(lsn, id);
                case Entry.UpdateCollection update -> updateCollection(update);
            };
        } catch (LynseException refused) {
            if (refused.getCause() instanceof CollectionUnavailableException unavailable) throw unavailable;
            return new Refused(refused.error());
        }
    }

    private Result write(Lsn lsn, CollectionId id, RowBatch batch, long clock) {
        CollectionRecord record = record(id);
        Collection collection = collections.get(id);
        if (collection.holds(lsn)) return new RowsWritten(Ids.NONE);
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

    private Result dropDatabase(Lsn lsn, String database, long below) {
        for (CollectionInfo info : state.catalog().collections(database)) {
            if (info.id().value() < below) dropCollection(lsn, info.id());
        }
        boolean emptied = state.catalog().hasDatabase(database) && state.catalog().collections(database).isEmpty();
        if (emptied) change(state.catalog().withoutDatabase(database));
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
        if (create.spec().dimension() > CollectionSpec.DIMENSION_MAX) {
            throw refused("dim", "dim must be at most " + CollectionSpec.DIMENSION_MAX + ", got " + create.spec().dimension());
        }
        var info = new CollectionInfo(
                id, name, create.spec().dimension(), create.spec().elementType(), create.spec().description(), create.mode());
        var record = new CollectionRecord(info, create.parameters(), lsn, Lsn.NONE);
        collections.open(record, Lsn.NONE);
        change(catalog.with(record));
        return new CollectionChanged(info);
    }

    private Result dropCollection(Lsn lsn, CollectionId id) {
        CollectionRecord record = state.catalog().record(id);
        if (record != null) {
            collections.drop(record, lsn);
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
            record = record.withIndex(mode, index.parameters());
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

    private static LynseException refused(String field, String reason) {
        return new LynseException(LynseError.invalid(field, reason));
    }
}
