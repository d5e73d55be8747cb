package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The write-ahead log of one node. Safe for use by several threads, virtual ones included.
 *
 * <h2>How it works</h2>
 * {@link #append} gives the entry its LSN and encodes it as {@link Frame}s in memory, under one lock. A single thread of the
 * log's own ({@link LogThread}) does all I/O: when somebody waits for {@link #sync}, or enough bytes wait, it takes all frames there
 * are, writes them with one call per segment, forces the file once, and completes everyone whose entry is covered. What is
 * appended meanwhile is the next group. So the more writers, the larger the groups, and nobody ever waits for more than
 * two forces. I/O is never done on the caller's thread because interrupting a thread closes the {@code FileChannel} under it.
 *
 * <h2>Promises</h2>
 * <ul>
 *   <li>What {@code sync} confirmed is there after any crash, bit for bit, or {@link #open} fails with {@link LogDamagedException}.
 *   <li>Of what it did not confirm, at most a prefix is there, never a part of an entry and nothing from behind a gap.
 *   <li>After a failed write or force nothing is retried: the disk's state is unknown, so the log stops for good. A full disk alone is
 *       waited for, see {@link GroupWriter}.
 * </ul>
 * Files: {@link SegmentHeader} (format), {@link Frame} (format), {@link SegmentFiles} (names), {@link CutIntent}. How a torn tail is
 * told from damage: {@link LogRecovery}.
 *
 * <h2>Costs</h2>
 * 64 bytes per entry up to 1 MiB, one memory copy and one CRC32C pass per byte, one write and one force per group.
 */
public final class WriteAheadLog implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final LogImage image;
    private final LogThread thread;
    private final LogEnds ends;
    private final Appending appending;
    private final ReadableLog readable;
    private final Retention retention;

    private WriteAheadLog(LogDisk disk, LogSettings settings, SegmentFiles files, LogImage image) {
        this.image = image;
        Condition turn = lock.newCondition();
        Condition space = lock.newCondition();
        thread = new LogThread(settings, files, image, lock, turn, space);
        readable = new ReadableLog(disk, image, lock);
        ends = new LogEnds(readable, disk, files, image, thread, lock);
        appending = new Appending(settings, image, lock, turn, space, thread, ends);
        retention = new Retention(image, thread, ends, lock);
    }

    /**
     * Opens the log, or creates an empty one. A torn tail is cut.
     *
     * @param directory made when missing; holds nothing but the log, and is locked by the caller
     * @throws LogDamagedException if entries that were durable cannot be read; names file, offset and LSN
     * @throws UncheckedIOException if the disk refuses
     */
    public static WriteAheadLog open(Path directory, LogSettings settings) {
        try {
            Executor background = task -> Thread.ofPlatform().daemon().name("lynse-log-fill").start(task);
            return open(DirectoryDisk.at(directory), settings, background, new SecureRandom()::nextLong);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot open the log in " + directory + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Makes a log of the copy of one, taken while it was written to: it keeps the entries from {@code from} on up to the first gap.
     *
     * @param from first entry that is needed
     * @param upTo last entry that must be there
     * @return the last entry
     * @throws LogDamagedException if an entry between them cannot be read
     */
    public static Lsn mendCopy(Path directory, LogSettings settings, Lsn from, Lsn upTo) {
        try {
            DirectoryDisk disk = DirectoryDisk.at(directory);
            return CopiedLog.mend(disk, new SegmentFiles(disk, settings.segmentBytes(), Runnable::run), from, upTo);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot open the log in " + directory + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Makes a log of {@linkplain #parts the beginnings of segments}: each file gets its whole length, in zeros, durably.
     * @throws LogDamagedException if one is none
     */
    public static void completeCopy(Path directory) {
        try {
            DirectoryDisk disk = DirectoryDisk.at(directory);
            CopiedLog.complete(disk, new SegmentFiles(disk, LogSettings.DEFAULT.segmentBytes(), Runnable::run));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot complete the log in " + directory + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * @param background  fills files ahead
     * @param segmentIds random numbers
     */
    static WriteAheadLog open(LogDisk disk, LogSettings settings, Executor background, LongSupplier segmentIds) throws IOException {
        var files = new SegmentFiles(disk, settings.segmentBytes(), background);
        var image = new LogImage(LogRecovery.run(disk, files), settings, files, segmentIds);
        if (image.active().file == null) files.make(image.active());
        var log = new WriteAheadLog(disk, settings, files, image);
        log.thread.start();
        return log;
    }

    /**
     * Takes the next LSN for an entry. Its bytes are copied: the caller may reuse the buffer, whose position stays as it was.
     * The entry is readable at once, and durable when {@link #sync} says so. Waits while too many bytes wait for the disk.
     *
     * @param epoch   at least that of the last entry
     * @param type    at least 1
     * @param version 0 to 65535
     * @param payload position to limit, may be empty
     * @throws LogFailedException if a write or fsync has failed before
     * @throws IllegalStateException if the log is closed
     */
    public Lsn append(Epoch epoch, int type, int version, ByteBuffer payload) {
        try (EntryAppender entry = begin(epoch, type, version, payload.remaining())) {
            return entry.add(payload);
        }
    }

    /**
     * Begins an entry that arrives in parts. Nobody else can append until it is complete or given up.
     *
     * @param payloadBytes of the whole entry
     */
    public EntryAppender begin(Epoch epoch, int type, int version, long payloadBytes) {
        return appending.begin(epoch, type, version, payloadBytes);
    }

    /**
     * Completes with the durable LSN when everything up to {@code upTo} is on disk. Futures complete in LSN order on the log's
     * own thread, so what depends on one directly is ordered too but holds up the next group: hand long work over, and
     * never wait for the log in it. If the log fails, or has failed since the append, the future fails with
     * {@link LogFailedException}: the entry may be on disk, so nobody can be told that it was not appended.
     *
     * @param upTo at most {@link #lastLsn}
     */
    public CompletableFuture<Lsn> sync(Lsn upTo) {
        lock.lock();
        try {
            if (upTo.value() > image.lastLsn()) throw new IllegalArgumentException("entry " + upTo + " is not in the log, which ends at " + image.lastLsn());
            if (upTo.value() <= image.durable()) return CompletableFuture.completedFuture(new Lsn(image.durable()));
            return thread.sync(upTo.value());
        } finally {
            lock.unlock();
        }
    }

    /** Has everything appended so far made durable soon, as {@link #sync} does, for those who hear of it as listeners. */
    public void requestSync() {
        lock.lock();
        try {
            thread.requestForce();
        } finally {
            lock.unlock();
        }
    }

    /** From now on the listener is told of every force, and of the log's end by failure. */
    public void listen(DurabilityListener listener) {
        thread.listen(listener);
    }

    /** Epoch of the last entry; {@link Epoch#NONE} before the first. */
    public Epoch lastEpoch() {
        lock.lock();
        try {
            return new Epoch(image.epochs.last());
        } finally {
            lock.unlock();
        }
    }

    /** LSN of the first entry still here; when there is none, the LSN that the next entry will get. */
    public Lsn firstLsn() {
        return locked(image::firstLsn);
    }

    /** LSN of the last entry appended, durable or not; {@link Lsn#NONE} before the first. */
    public Lsn lastLsn() {
        return locked(image::lastLsn);
    }

    /** Everything up to here survives a power cut. */
    public Lsn durableLsn() {
        return locked(image::durable);
    }

    /**
     * A reader that stands before {@code from}.
     *
     * @param from at least 1, at most one above {@link #lastLsn}
     * @throws LogTrimmedException if the entry is no longer here
     */
    public LogReader read(Lsn from) {
        if (from.value() < 1) throw new IllegalArgumentException("the first entry is 1");
        return new LogReader(readable, from.value());
    }

    /**
     * Removes the entries from {@code lsn} on, durably when it returns. Syncs that wait for one of them fail. A crash meanwhile leaves
     * the entries as they were or removes them at the next start.
     *
     * @param lsn from {@link #firstLsn} to one above {@link #lastLsn} (which removes nothing)
     */
    public void truncateFrom(Lsn lsn) {
        appending.between(() -> {
            if (lsn.value() < image.firstLsn() || lsn.value() > image.lastLsn() + 1) {
                throw new IllegalArgumentException(
                        "cannot truncate from " + lsn + ": the log has " + image.firstLsn() + " to " + image.lastLsn());
            }
            if (lsn.value() <= image.lastLsn()) thread.run(() -> ends.cutFrom(lsn.value()));
        });
    }

    /**
     * Empties the log, durably when it returns: the next entry follows {@code last}, which is of {@code epoch}. For a copy that was
     * refilled from files. A crash meanwhile leaves the log as it was or empties it at the next start.
     */
    public void restartAfter(Lsn last, Epoch epoch) {
        appending.between(() -> thread.run(() -> ends.restartAfter(last.value(), epoch.value())));
    }

    /**
     * The files that have these entries, as far as they have them: what a log is made of elsewhere ({@link #completeCopy}). They stay as
     * they are while somebody keeps the entries ({@link Retention#pin}).
     *
     * @param from at most one above {@code upTo}
     * @param upTo committed, so it is never cut, and durable
     * @throws LogTrimmedException if they are no longer here
     */
    public List<LogPart> parts(Lsn from, Lsn upTo) {
        try (var reader = new LogReader(readable, upTo.value() + 1)) {
            return readable.parts(from.value(), upTo.value(), reader.position());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the log: " + failure.getMessage(), failure);
        }
    }

    /** Who needs the log, and its trimming. */
    public Retention retention() {
        return retention;
    }

    /** The epochs of the entries in this log and of the one before the first, with the LSN at which each ends; ascending. */
    public List<EpochEnd> epochs() {
        lock.lock();
        try {
            return image.epochs.toList();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the disk is full, and what was appended waits for room. It goes on by itself. */
    public boolean isStalled() {
        return thread.isStalled();
    }

    /** Before a close: a full disk is an end and no reason to wait any more. */
    public void waitForRoomNoLonger() {
        lock.lock();
        try {
            thread.waitForRoomNoLonger();
        } finally {
            lock.unlock();
        }
    }

    /** Makes everything appended durable and closes the files. Entries that were begun and are not complete are lost. */
    @Override
    public void close() {
        thread.close();
    }

    /** Writes down now how far the log is durable, instead of after a while. */
    void mark() {
        appending.between(() -> thread.run(thread::flushWithMark));
    }

    private Lsn locked(LongSupplier value) {
        lock.lock();
        try {
            return new Lsn(value.getAsLong());
        } finally {
            lock.unlock();
        }
    }
}
