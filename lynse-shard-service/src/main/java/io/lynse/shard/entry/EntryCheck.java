package io.lynse.shard.entry;

import io.lynse.engine.Entry.ClaimKey;
import io.lynse.engine.Entry.Compact;
import io.lynse.engine.Entry.CreateCollection;
import io.lynse.engine.Entry.CreateDatabase;
import io.lynse.engine.Entry.DropCollection;
import io.lynse.engine.Entry.DropDatabase;
import io.lynse.engine.Entry.Malformed;
import io.lynse.engine.Entry.MarkRows;
import io.lynse.engine.Entry.UpdateCollection;
import io.lynse.engine.Entry.WriteRows;
import io.lynse.engine.ParsedEntry;
import io.lynse.engine.WriteId;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Names;
import io.lynse.model.RowBatch;
import io.lynse.model.WriteKind;
import io.lynse.wire.v1.EntryType;

/**
 * What must hold of an entry from the network before it is appended. Whatever is in the log is applied on every member and
 * at every restart, so nothing gets there that cannot be decoded; and what a node adds to entries of its own (ids, a clock) must be
 * there already, as the members of a group must agree on it. What depends on stored rows (does the id exist, does the dimension fit)
 * is decided at apply.
 */
public final class EntryCheck {

    private EntryCheck() {}

    /**
     * The entry as it is to be appended. Its bytes are read here and nowhere else.
     * @throws LynseException InvalidArgument naming what is wrong
     */
    public static ParsedEntry parsed(Entry entry) {
        if (entry.version() != Entry.VERSION) {
            throw refused("entry_version", "entries of version " + entry.version() + " are not known to this version of the node");
        }
        EntryType type = EntryType.forNumber(entry.type());
        if (type == null || type == EntryType.ENTRY_TYPE_UNSPECIFIED) {
            throw refused("entry_type", "entries of type " + entry.type() + " are not known to this version of the node");
        }
        var parsed = ParsedEntry.of(entry.type(), entry.version(), entry.payload());
        check(parsed);
        return parsed;
    }

    private static void check(ParsedEntry parsed) {
        WriteId writeId = parsed.decoded().writeId();
        switch (parsed.decoded().entry()) {
            case Malformed(var error) -> throw new LynseException(error);
            case CreateCollection create -> {
                // Fine on a node of its own, but the members of a group would each choose one.
                if (create.id() == null) throw refused("collection_id", "a collection id must be given");
            }
            case WriteRows(_, RowBatch batch, long clock) -> {
                require(writeId);
                if (clock <= 0) throw refused("stamps", "a write carries the clock of whoever accepted it");
                if (batch.count() == 0) throw refused("vectors", "vectors cannot be empty");
                if (batch.ids() == null && batch.kind() == WriteKind.UPSERT) throw refused("ids", "an upsert names its ids");
            }
            case MarkRows _, ClaimKey _ -> require(writeId);
            case DropDatabase(String database, _) -> Names.database(database);
            case CreateDatabase _, DropCollection _, UpdateCollection _, Compact _ -> {}
        }
    }

    private static void require(WriteId writeId) {
        if (writeId.equals(WriteId.NONE)) throw refused("write_id", "a write id has 16 bytes, and not only zeros");
    }

    private static LynseException refused(String field, String reason) {
        return new LynseException(LynseError.invalid(field, reason));
    }
}
