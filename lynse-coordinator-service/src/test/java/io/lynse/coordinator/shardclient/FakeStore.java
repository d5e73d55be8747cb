package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.IndexMode;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.ClaimKey;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.KeyClaimed;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.RowsCompacted;
import io.lynse.wire.v1.UpdateCollection;
import io.lynse.wire.v1.WriteReply;
import io.lynse.wire.v1.WriteRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one group holds, in maps: databases, collections with their rows, and what entries with a write id came to. Entries as a node applies them. */
final class FakeStore {

    private record Remembered(long digest, WriteReply reply) {}

    private record Request(ByteString writeId, long digest) {}

    private final TreeSet<String> databases = new TreeSet<>();
    private final Map<Long, FakeCollection> collections = new TreeMap<>();
    private final List<byte[]> writeIds = new ArrayList<>();
    private final Map<ByteString, Remembered> remembered = new HashMap<>();
    private final Set<CollectionName> refused = new HashSet<>();
    private long lsn;
    private long largestStamp;

    long lsn() {
        return lsn;
    }

    long largestStamp() {
        return largestStamp;
    }

    void setLargestStamp(long stamp) {
        largestStamp = stamp;
    }

    void refuses(CollectionName collection) {
        refused.add(collection);
    }

    Set<String> databases() {
        return databases;
    }

    Collection<FakeCollection> collections() {
        return collections.values();
    }

    /** Of the entries with rows that were applied. */
    List<byte[]> writeIds() {
        return List.copyOf(writeIds);
    }

    long rows(CollectionId id) {
        FakeCollection collection = collections.get(id.value());
        return collection == null ? -1 : collection.stats().rows();
    }

    void forgetCollections() {
        collections.clear();
        databases.clear();
    }

    WriteReply append(EntryType type, ByteString body) {
        try {
            Request request = request(type, body);
            Remembered before = remembered.get(request.writeId());
            if (before != null) {
                if (before.digest() != request.digest()) throw new LynseException(new LynseError.KeyReused());
                return before.reply();
            }
            WriteReply.Builder out = WriteReply.newBuilder().setLsn(++lsn);
            boolean tooEarly = false;
            try {
                apply(type, body, out);
            } catch (LynseException refused) {
                out.setRefused(ErrorWire.detail(refused.error()));
                tooEarly = refused.error() instanceof LynseError.NotFound;
            }
            if (!request.writeId().isEmpty() && !tooEarly) remembered.put(request.writeId(), new Remembered(request.digest(), out.build()));
            return out.build();
        } catch (InvalidProtocolBufferException garbled) {
            throw new LynseException(new LynseError.Internal("garbled entry"), garbled);
        }
    }

    private static Request request(EntryType type, ByteString body) throws InvalidProtocolBufferException {
        return switch (type) {
            case WRITE_ROWS -> new Request(WriteRows.parseFrom(body).getWriteId(), WriteRows.parseFrom(body).getRequestDigest());
            case MARK_ROWS -> new Request(MarkRows.parseFrom(body).getWriteId(), MarkRows.parseFrom(body).getRequestDigest());
            case CLAIM_KEY -> new Request(ClaimKey.parseFrom(body).getWriteId(), ClaimKey.parseFrom(body).getRequestDigest());
            default -> new Request(ByteString.EMPTY, 0);
        };
    }

    private void apply(EntryType type, ByteString body, WriteReply.Builder out) throws InvalidProtocolBufferException {
        switch (type) {
            case CREATE_DATABASE -> databases.add(CreateDatabase.parseFrom(body).getDatabase());
            case DROP_DATABASE -> {
                DropDatabase drop = DropDatabase.parseFrom(body);
                String database = drop.getDatabase();
                if (!databases.remove(database)) throw new LynseException(new LynseError.NotFound("database", database));
                collections.values().removeIf(collection -> collection.info.name().database().equals(database) && collection.info.id().value() < drop.getCollectionsBelow());
            }
            case CREATE_COLLECTION -> create(CreateCollection.parseFrom(body));
            case DROP_COLLECTION -> {
                if (collections.remove(DropCollection.parseFrom(body).getCollectionId()) == null) throw missing(DropCollection.parseFrom(body).getCollectionId());
            }
            case UPDATE_COLLECTION -> update(UpdateCollection.parseFrom(body));
            case WRITE_ROWS -> {
                var rows = WriteRows.parseFrom(body);
                writeIds.add(rows.getWriteId().toByteArray());
                largestStamp = Math.max(largestStamp, rows.getStamps().getClock());
                collection(rows.getCollectionId()).write(Wire.rowBatch(rows), rows.getStamps().getClock());
            }
            case MARK_ROWS -> {
                var mark = MarkRows.parseFrom(body);
                collection(mark.getCollectionId()).mark(Wire.ids(mark.getIds()), mark.getDeleted());
            }
            case CLAIM_KEY -> {
                var claim = ClaimKey.parseFrom(body);
                out.setClaimed(claim.hasIds() ? KeyClaimed.newBuilder().setIds(claim.getIds()).build() : KeyClaimed.getDefaultInstance());
            }
            case COMPACT -> out.setCompacted(RowsCompacted.newBuilder().setRemoved(collection(Compact.parseFrom(body).getCollectionId()).compact()));
            default -> throw new LynseException(new LynseError.Internal("entry type " + type));
        }
    }

    private void create(CreateCollection create) {
        if (!databases.contains(create.getDatabase())) throw new LynseException(new LynseError.NotFound("database", create.getDatabase()));
        var name = new CollectionName(create.getDatabase(), create.getCollection());
        if (refused.contains(name)) throw new LynseException(LynseError.invalid("dim", "told to refuse " + name));
        if (collections.containsKey(create.getCollectionId())) throw new LynseException(new LynseError.AlreadyExists("collection", create.getCollection()));
        collections.put(create.getCollectionId(), new FakeCollection(new CollectionInfo(
                new CollectionId(create.getCollectionId()),
                name,
                create.getDimension(),
                Wire.elementType(create.getElementType()),
                create.hasDescription() ? create.getDescription() : null,
                create.hasIndexMode() ? IndexMode.parse(create.getIndexMode()).orElseThrow() : null)));
        collection(create.getCollectionId()).parameters = create.getIndexParameters();
    }

    private void update(UpdateCollection update) {
        FakeCollection collection = collection(update.getCollectionId());
        if (update.hasDescription()) collection.info = FakeCollection.described(collection.info, update.getDescription());
        if (!update.hasIndex()) return;
        collection.parameters = update.getIndex().getParameters();
        CollectionInfo old = collection.info;
        collection.info = new CollectionInfo(
                old.id(), old.name(), old.dimension(), old.elementType(), old.description(),
                update.getIndex().hasMode() ? IndexMode.parse(update.getIndex().getMode()).orElseThrow() : null);
    }

    FakeCollection collection(long id) {
        FakeCollection found = collections.get(id);
        if (found == null) throw missing(id);
        return found;
    }

    private static LynseException missing(long id) {
        return new LynseException(new LynseError.NotFound("collection", Long.toString(id)));
    }
}
