package io.lynse.engine;

import io.lynse.engine.collection.CollectionUnavailableException;
import io.lynse.engine.log.LogEntry;
import io.lynse.engine.log.LogReader;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.model.Lsn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings catalog and collections from the state of the files to the end of the log. */
final class Replay {

    private static final Logger log = LoggerFactory.getLogger(Replay.class);

    private Replay() {}

    /** @throws EngineOpenException if the log lacks what the catalog stands on, or has what this program does not know */
    static void run(WriteAheadLog wal, Applier applier, OpenCollections collections) {
        AppliedState state = applier.state();
        if (wal.lastLsn().compareTo(state.lsn()) < 0) {
            throw new EngineOpenException("the log ends at LSN " + wal.lastLsn() + " and the catalog is at " + state.lsn()
                    + ": log files are missing; restore the whole data directory, or start with an empty one");
        }
        if (wal.firstLsn().value() > state.lsn().value() + 1) {
            throw new EngineOpenException("the log begins at LSN " + wal.firstLsn() + " and the catalog is at " + state.lsn()
                    + ": the catalog is too old; restore the whole data directory, or start with an empty one");
        }
        giveUpWhatTheLogLacks(wal, state, collections);
        long entries = 0;
        Lsn from = collections.heldByAll(state).next();
        try (LogReader reader = wal.read(from)) {
            for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
                apply(entry, applier);
                entries++;
            }
        }
        if (entries > 0) log.atInfo().addKeyValue("from", from).addKeyValue("entries", entries).log("log replayed");
    }

    private static void apply(LogEntry entry, Applier applier) {
        Entry decoded = EntryDecoder.decode(entry.type(), entry.version(), entry.payload());
        if (EntryDecoder.isUnknown(entry.type(), entry.version())) {
            throw new EngineOpenException("the log entry at LSN " + entry.lsn() + " has type " + entry.type() + ", version " + entry.version()
                    + ", which this program does not know; start the newer program that wrote it");
        }
        try {
            applier.apply(entry.lsn(), decoded);
        } catch (CollectionUnavailableException unavailable) {
            // Named where it happened; the entry waits in the log.
        }
    }

    /** One bad collection keeps no other from opening. */
    private static void giveUpWhatTheLogLacks(WriteAheadLog wal, AppliedState state, OpenCollections collections) {
        for (CollectionRecord record : state.catalog().records()) {
            Lsn from = collections.heldUpTo(record);
            if (wal.firstLsn().value() > from.value() + 1 && collections.trouble(record.info().id()) == null) {
                collections.giveUp(record, from, new CollectionUnavailableException(
                        "its files end at LSN " + from + " and the log begins at " + wal.firstLsn(), new IllegalStateException("a gap")));
            }
        }
    }
}
