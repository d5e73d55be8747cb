package io.lynse.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Names;
import io.lynse.model.RowBatch;
import io.lynse.model.field.FieldFormatException;
import io.lynse.wire.IndexWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.ClaimKey;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.UpdateCollection;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes of the log to {@link Decoded}. Large parts stay views of the given bytes. Pure. */
final class EntryDecoder {

    /** Of every message today. */
    static final int VERSION = 1;

    private EntryDecoder() {}

    /** Whether a later program wrote the entry. */
    static boolean isUnknown(int type, int version) {
        EntryType known = EntryType.forNumber(type);
        return known == null || known == EntryType.ENTRY_TYPE_UNSPECIFIED || version != VERSION;
    }

    static Decoded decode(int type, int version, ByteBuffer payload) {
        EntryType known = EntryType.forNumber(type);
        if (known == null || known == EntryType.ENTRY_TYPE_UNSPECIFIED) return malformed("unknown entry type " + type);
        if (version != VERSION) return malformed("unknown version " + version + " of entry type " + known);
        try {
            return decode(known, payload);
        } catch (LynseException refused) {
            return Decoded.anonymous(new Entry.Malformed(refused.error()));
        } catch (IOException | IllegalArgumentException | FieldFormatException wrong) {
            return malformed("malformed " + known + ": " + wrong.getMessage());
        }
    }

    private static Decoded decode(EntryType type, ByteBuffer payload) throws IOException {
        return switch (type) {
            case CREATE_DATABASE -> {
                var create = parse(CreateDatabase.parser(), payload);
                yield identified(new Entry.CreateDatabase(Names.database(create.getDatabase())), create.getWriteId());
            }
            case DROP_DATABASE -> {
                var drop = parse(DropDatabase.parser(), payload);
                yield identified(new Entry.DropDatabase(drop.getDatabase(), drop.getCollectionsBelow() == 0 ? Long.MAX_VALUE : drop.getCollectionsBelow()), drop.getWriteId());
            }
            case CREATE_COLLECTION -> {
                var create = parse(CreateCollection.parser(), payload);
                yield identified(createCollection(create), create.getWriteId());
            }
            case DROP_COLLECTION -> {
                var drop = parse(DropCollection.parser(), payload);
                yield identified(new Entry.DropCollection(new CollectionId(drop.getCollectionId())), drop.getWriteId());
            }
            case UPDATE_COLLECTION -> {
                var update = parse(UpdateCollection.parser(), payload);
                yield identified(updateCollection(update), update.getWriteId());
            }
            case WRITE_ROWS -> {
                Wire.RowsEntry rows = Wire.rowsEntry(payload);
                yield new Decoded(writeRows(rows), WriteId.of(rows.head().getWriteId()), rows.head().getRequestDigest());
            }
            case MARK_ROWS -> {
                var rows = parse(MarkRows.parser(), payload);
                yield new Decoded(
                        new Entry.MarkRows(new CollectionId(rows.getCollectionId()), Wire.ids(rows.getIds()), rows.getDeleted()),
                        WriteId.of(rows.getWriteId()),
                        rows.getRequestDigest());
            }
            case COMPACT -> {
                var compact = parse(Compact.parser(), payload);
                yield identified(new Entry.Compact(new CollectionId(compact.getCollectionId())), compact.getWriteId());
            }
            case CLAIM_KEY -> {
                var claim = parse(ClaimKey.parser(), payload);
                yield new Decoded(
                        new Entry.ClaimKey(claim.hasIds() ? Wire.range(claim.getIds()) : null),
                        WriteId.of(claim.getWriteId()),
                        claim.getRequestDigest());
            }
            case ENTRY_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no entry type");
        };
    }

    private static Decoded identified(Entry entry, ByteString writeId) {
        return new Decoded(entry, WriteId.of(writeId), 0);
    }

    private static Entry createCollection(CreateCollection create) {
        IndexMode mode = create.hasIndexMode() ? mode(create.getIndexMode()) : null;
        return new Entry.CreateCollection(
                create.getCollectionId() == 0 ? null : new CollectionId(create.getCollectionId()),
                new CollectionName(create.getDatabase(), create.getCollection()),
                new CollectionSpec(
                        create.getDimension(),
                        Wire.elementType(create.getElementType()),
                        create.hasDescription() ? create.getDescription() : null),
                mode,
                parameters(mode, create.getIndexParameters()));
    }

    private static Entry updateCollection(UpdateCollection update) {
        return new Entry.UpdateCollection(
                new CollectionId(update.getCollectionId()),
                update.hasDescription() ? update.getDescription() : null,
                update.hasIndex() ? index(update.getIndex()) : null);
    }

    private static Entry.IndexChange index(IndexSetting setting) {
        IndexMode mode = setting.hasMode() ? mode(setting.getMode()) : null;
        return new Entry.IndexChange(mode, parameters(mode, setting.getParameters()), setting.getEvenIfEmpty());
    }

    private static IndexParameters parameters(@Nullable IndexMode mode, io.lynse.wire.v1.IndexParameters given) {
        return mode == null ? IndexParameters.NONE : IndexWire.parameters(mode, given);
    }

    private static Entry writeRows(Wire.RowsEntry rows) {
        RowBatch batch = Wire.rowBatch(rows);
        int bad = batch.vectors().firstNonFiniteRow();
        if (bad >= 0) throw invalid("vectors", "vector " + bad + " has a component that is not finite");
        return new Entry.WriteRows(new CollectionId(rows.head().getCollectionId()), batch, rows.head().getStamps().getClock());
    }

    private static IndexMode mode(String text) {
        return IndexMode.parse(text).orElseThrow(() -> invalid("index_mode", "unknown index type '" + text + "'"));
    }

    private static <T> T parse(Parser<T> parser, ByteBuffer payload) throws InvalidProtocolBufferException {
        return parser.parseFrom(payload.duplicate());
    }

    private static LynseException invalid(String field, String reason) {
        return new LynseException(LynseError.invalid(field, reason));
    }

    private static Decoded malformed(String reason) {
        return Decoded.anonymous(new Entry.Malformed(LynseError.invalid("data", reason)));
    }
}
