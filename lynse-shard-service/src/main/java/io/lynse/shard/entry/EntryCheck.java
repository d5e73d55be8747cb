package io.lynse.shard.entry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.IndexMode;
import io.lynse.model.Names;
import io.lynse.model.RowBatch;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldFormatException;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.ClaimKey;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.UpdateCollection;
import io.lynse.wire.v1.WriteRows;
import java.nio.ByteBuffer;

/**
 * What must hold of an entry from the network before it is appended. Whatever is in the log is applied on every member and
 * at every restart, so nothing gets there that cannot be decoded. What depends on stored rows (does the id exist, does the
 * dimension fit) is decided at apply.
 */
public final class EntryCheck {

    private static final int WRITE_ID_BYTES = 16;

    private EntryCheck() {}

    /** @throws LynseException InvalidArgument naming what is wrong */
    public static void check(Entry entry) {
        if (entry.version() != Entry.VERSION) {
            throw refused("entry_version", "entries of version " + entry.version() + " are not known to this version of the node");
        }
        EntryType type = EntryType.forNumber(entry.type());
        if (type == null) throw refused("entry_type", "entries of type " + entry.type() + " are not known to this version of the node");
        try {
            checkPayload(type, entry.payload());
        } catch (InvalidProtocolBufferException | IllegalArgumentException | FieldFormatException unreadable) {
            throw refused("data", "malformed " + type + " entry: " + unreadable.getMessage());
        }
    }

    private static void checkPayload(EntryType type, ByteBuffer payload) throws InvalidProtocolBufferException {
        switch (type) {
            case CREATE_DATABASE -> Names.database(parse(CreateDatabase.parser(), payload).getDatabase());
            case DROP_DATABASE -> Names.database(parse(DropDatabase.parser(), payload).getDatabase());
            case CREATE_COLLECTION -> check(parse(CreateCollection.parser(), payload));
            case DROP_COLLECTION -> collection(parse(DropCollection.parser(), payload).getCollectionId());
            case UPDATE_COLLECTION -> check(parse(UpdateCollection.parser(), payload));
            case WRITE_ROWS -> check(Wire.rowsEntry(payload));
            case MARK_ROWS -> check(parse(MarkRows.parser(), payload));
            case COMPACT -> collection(parse(Compact.parser(), payload).getCollectionId());
            case CLAIM_KEY -> check(parse(ClaimKey.parser(), payload));
            case ENTRY_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw refused("entry_type", "an entry has a type");
        }
    }

    private static void check(CreateCollection create) {
        // 0 would let this node choose: fine on its own, but the members of a group must agree.
        collection(create.getCollectionId());
        var unused = new CollectionName(create.getDatabase(), create.getCollection());
        Wire.elementType(create.getElementType());
        if (create.getDimension() < 0) throw refused("dim", "a dimension must not be negative");
        if (create.hasIndexMode()) indexMode(create.getIndexMode());
    }

    private static void check(UpdateCollection update) {
        collection(update.getCollectionId());
        if (update.hasIndex() && update.getIndex().hasMode()) indexMode(update.getIndex().getMode());
    }

    private static void check(Wire.RowsEntry entry) {
        WriteRows rows = entry.head();
        collection(rows.getCollectionId());
        if (rows.getWriteId().size() != WRITE_ID_BYTES) throw refused("write_id", "a write id has 16 bytes, not " + rows.getWriteId().size());
        if (rows.getStamps().getClock() <= 0) throw refused("stamps", "a write carries the clock of whoever accepted it");
        RowBatch batch = Wire.rowBatch(entry);
        check(batch);
        if (batch.ids() == null && batch.kind() == WriteKind.UPSERT) throw refused("ids", "an upsert names its ids");
    }

    /** What any batch must be, from the network or from this node's own clients. @throws LynseException InvalidArgument */
    public static void check(RowBatch batch) {
        if (batch.count() == 0) throw refused("vectors", "vectors cannot be empty");
        if (batch.vectors().dimension() == 0) throw refused("vectors", "a vector has at least one component");
        int bad = batch.vectors().firstNonFiniteRow();
        if (bad >= 0) throw refused("vectors", "vector " + bad + " has a component that is not finite");
    }

    private static void check(MarkRows mark) {
        collection(mark.getCollectionId());
        if (mark.getWriteId().size() != WRITE_ID_BYTES) throw refused("write_id", "a write id has 16 bytes, not " + mark.getWriteId().size());
        Wire.ids(mark.getIds());
    }

    private static void check(ClaimKey claim) {
        if (claim.getWriteId().size() != WRITE_ID_BYTES) throw refused("write_id", "a write id has 16 bytes, not " + claim.getWriteId().size());
        if (claim.hasIds()) Wire.range(claim.getIds());
    }

    private static void collection(long id) {
        var unused = new CollectionId(id);
    }

    private static void indexMode(String mode) {
        if (IndexMode.parse(mode).isEmpty()) throw refused("index_mode", "unknown index type '" + mode + "'");
    }

    private static <M> M parse(Parser<M> parser, ByteBuffer payload) throws InvalidProtocolBufferException {
        return parser.parseFrom(payload.duplicate());
    }

    private static LynseException refused(String field, String reason) {
        return new LynseException(LynseError.invalid(field, reason));
    }
}
