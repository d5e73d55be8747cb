package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The write-ahead log of one node. Safe for use by several threads. */
public final class WriteAheadLog implements AutoCloseable {

    /**
     * Opens the log, or creates an empty one. A torn tail is cut.
     *
     * @param directory made when missing
     * @throws LogDamagedException if entries that were durable cannot be read; names file, offset and LSN
     * @throws java.io.UncheckedIOException if the disk refuses
     */
    public static WriteAheadLog open(Path directory, LogSettings settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes the next LSN for an entry. Its bytes are copied: the caller may reuse the buffer, whose position stays as it was.
     * The entry is readable at once, and durable when {@link #sync} says so. Waits while too many bytes wait for the disk.
     *
     * @param epoch   at least that of the last entry
     * @param type    at least 1
     * @param payload position to limit, may be empty
     * @throws LogFailedException if a write or fsync has failed before
     * @throws IllegalStateException if the log is closed
     */
    public Lsn append(Epoch epoch, int type, int version, ByteBuffer payload) {
        throw new UnsupportedOperationException();
    }

    /**
     * Completes with the durable LSN when everything up to {@code upTo} is on disk. Futures complete in LSN order on the log's
     * own thread, so what depends on one directly is ordered too but holds up the next group: hand long work over.
     *
     * @param upTo at most {@link #lastLsn}
     */
    public CompletableFuture<Lsn> sync(Lsn upTo) {
        throw new UnsupportedOperationException();
    }

    /** LSN of the first entry still here; when there is none, the LSN that the next entry will get. */
    public Lsn firstLsn() {
        throw new UnsupportedOperationException();
    }

    /** LSN of the last entry appended, durable or not; {@link Lsn#NONE} before the first. */
    public Lsn lastLsn() {
        throw new UnsupportedOperationException();
    }

    /** Everything up to here survives a power cut. */
    public Lsn durableLsn() {
        throw new UnsupportedOperationException();
    }

    /**
     * A reader that stands before {@code from}.
     *
     * @param from at most one above {@link #lastLsn}
     * @throws LogTrimmedException if the entry is no longer here
     */
    public LogReader read(Lsn from) {
        throw new UnsupportedOperationException();
    }

    /** Removes the entries from {@code lsn} on, durably. Syncs that wait for one of them fail. */
    public void truncateFrom(Lsn lsn) {
        throw new UnsupportedOperationException();
    }

    /** Allows the entries below {@code lsn} to go; whole segments are dropped, so some may stay. */
    public void trimTo(Lsn lsn) {
        throw new UnsupportedOperationException();
    }

    /** The epochs of the entries in this log and of the one before the first, with the LSN at which each ends; ascending. */
    public List<EpochEnd> epochs() {
        throw new UnsupportedOperationException();
    }

    /** Makes everything appended durable and closes the files. */
    @Override
    public void close() {}
}
