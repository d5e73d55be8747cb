package io.lynse.engine;

import io.lynse.engine.log.LogEntry;
import io.lynse.engine.log.LogReader;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Lsn;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries read back from the log and decoded, for the most part one after the other. For one thread. */
final class LoggedEntries implements AutoCloseable {

    /** An entry, whose vectors lie in memory that closing it frees. */
    record Read(Decoded decoded, int payloadBytes, RequestMemory memory) implements AutoCloseable {
        @Override
        public void close() {
            memory.close();
        }
    }

    private static final MemoryBudget ONE_AT_A_TIME = MemoryBudget.unlimited();

    private final WriteAheadLog wal;
    private @Nullable LogReader reader;
    private Lsn next = Lsn.NONE; // the entry before which the reader stands

    LoggedEntries(WriteAheadLog wal) {
        this.wal = wal;
    }

    /**
     * The caller closes it when it is applied.
     * @param lsn an entry that is in the log
     * @throws EngineOpenException if a newer program wrote it
     */
    Read at(Lsn lsn) {
        LogReader from = reader;
        if (from == null || !next.equals(lsn)) {
            close();
            from = reader = wal.read(lsn);
        }
        var memory = new RequestMemory(ONE_AT_A_TIME, ONE_AT_A_TIME);
        try {
            LogEntry entry = Objects.requireNonNull(from.next(memory::allocate), () -> "entry " + lsn + " is not in the log");
            next = lsn.next();
            return decode(entry, memory);
        } catch (RuntimeException failed) {
            memory.close();
            throw failed;
        }
    }

    private static Read decode(LogEntry entry, RequestMemory memory) {
        if (EntryDecoder.isUnknown(entry.type(), entry.version())) {
            throw new EngineOpenException("the log entry at LSN " + entry.lsn() + " has type " + entry.type() + ", version " + entry.version()
                    + ", which this program does not know; start the newer program that wrote it");
        }
        return new Read(EntryDecoder.decode(entry.type(), entry.version(), entry.payload()), entry.payload().remaining(), memory);
    }

    @Override
    public void close() {
        if (reader != null) reader.close();
        reader = null;
    }
}
