package io.lynse.engine;

import io.lynse.engine.collection.CollectionUnavailableException;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.model.Lsn;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings catalog and collections from the state of the files to the last committed entry of the log. */
final class Replay {

    private static final Logger log = LoggerFactory.getLogger(Replay.class);

    private Replay() {}

    /** @throws DamagedCopyException if the log lacks what the catalog stands on: then nothing may be done to the files */
    static void check(WriteAheadLog wal, AppliedState catalog) {
        if (wal.lastLsn().compareTo(catalog.lsn()) < 0) {
            throw new DamagedCopyException("the log ends at LSN " + wal.lastLsn() + " and the catalog is at " + catalog.lsn() + ": log files are missing");
        }
        if (wal.firstLsn().value() > catalog.lsn().value() + 1) {
            throw new DamagedCopyException(
                    "the log begins at LSN " + wal.firstLsn() + " and the catalog is at " + catalog.lsn() + ": the catalog is missing or too old");
        }
    }

    /**
     * @param committed the last entry that is known to be; what stands behind it is not applied
     * @throws EngineOpenException if the log has what this program does not know
     */
    static void run(WriteAheadLog wal, Applier applier, OpenCollections collections, Lsn committed) {
        giveUpWhatTheLogLacks(wal, applier.state(), collections);
        catchUp(wal, applier, collections, committed);
    }

    /** Applies to every collection what it lacks, up to that entry. */
    static void catchUp(WriteAheadLog wal, Applier applier, OpenCollections collections, Lsn committed) {
        long entries = 0;
        // A collection that is given up may have needed entries from before the log's first: they would not help it, nor hinder the others.
        Lsn from = Collections.max(List.of(collections.heldByAll(applier.state()).next(), wal.firstLsn()));
        try (var logged = new LoggedEntries(wal)) {
            for (Lsn lsn = from; lsn.compareTo(committed) <= 0; lsn = lsn.next()) {
                try (LoggedEntries.Read read = logged.at(lsn)) {
                    apply(lsn, read.decoded(), applier);
                }
                entries++;
            }
        }
        if (entries > 0) log.atInfo().addKeyValue("from", from).addKeyValue("entries", entries).log("log replayed");
    }

    private static void apply(Lsn lsn, Decoded decoded, Applier applier) {
        try {
            applier.apply(lsn, decoded);
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
