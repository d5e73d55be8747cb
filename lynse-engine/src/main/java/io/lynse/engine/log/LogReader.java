package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads in order while others append: whole entries ({@link #next}) or frame by frame ({@link #nextFrame}), which also shows
 * the part of an entry that is still being appended. For use by one thread. It has files of its own, so that interrupting the
 * thread harms nobody else.
 */
public final class LogReader implements AutoCloseable {

    /** Where the payload of an entry is put. */
    public interface Room {
        /** An empty buffer of that many bytes. */
        ByteBuffer of(int bytes);
    }

    private final ReadableLog log;
    private long lsn; // of the entry to read
    private int index; // of its frame to read
    private int generation;
    private Segment segment;
    private int offset;
    private FrameWindow window;
    private LogDisk.@Nullable File file;

    LogReader(ReadableLog log, long from) {
        this.log = log;
        ReadableLog.Place place = log.place(from);
        lsn = from;
        generation = place.generation();
        segment = place.segment();
        offset = place.offset();
        window = new FrameWindow(this::fill, segment.header.id(), null);
    }

    /**
     * The next entry; null when the reader stands at the end of the log for now. It may be asked again later.
     *
     * @throws LogTrimmedException if the entry has been trimmed meanwhile
     * @throws LogDamagedException if its bytes are damaged
     * @throws IllegalStateException if the entry was there and has been truncated, or if a part of it was already read
     * @throws UncheckedIOException if the disk cannot be read
     */
    public @Nullable LogEntry next() {
        return next(ByteBuffer::allocate);
    }

    /** As above. @param room for an entry of several frames; one of a single frame lies on the heap */
    public @Nullable LogEntry next(Room room) {
        if (index != 0) throw new IllegalStateException("frame " + index + " of entry " + lsn + " comes next");
        if (!reachesBehind(lsn)) return null;
        LogFrame frame = nextFrame();
        if (frame == null) return null; // truncated this very moment
        if (frame.last()) return new LogEntry(frame.lsn(), frame.epoch(), frame.type(), frame.version(), frame.payload());
        // The size is believed because the head's CRC is true and the log knows the entry to be complete.
        ByteBuffer payload = room.of(Math.toIntExact(frame.entryBytes()));
        payload.put(frame.payload());
        while (!frame.last()) {
            frame = nextFrame();
            if (frame == null) throw truncated();
            payload.put(frame.payload());
        }
        return new LogEntry(frame.lsn(), frame.epoch(), frame.type(), frame.version(), payload.flip());
    }

    /** The next frame; null when there is none for now. Throws as {@link #next} does. */
    public @Nullable LogFrame nextFrame() {
        try {
            Frame frame = advance();
            if (frame == null) return null;
            ByteBuffer payload = ByteBuffer.allocate(frame.payloadBytes()).put(window.payload(offset, frame)).flip();
            offset += frame.space();
            Frame.EntryHead entry = frame.entry();
            lsn = frame.last() ? entry.lsn() + 1 : entry.lsn();
            index = frame.last() ? 0 : frame.index() + 1;
            return new LogFrame(
                    new Lsn(entry.lsn()), new Epoch(entry.epoch()), entry.type(), entry.version(), entry.payloadBytes(), frame.index(), frame.last(), payload);
        } catch (IOException failure) {
            ReadableLog.Extent now = log.extent(segment);
            if (now.generation() != generation) return nextFrame(); // its file went with what was cut
            if (now.dropped()) throw trimmed();
            throw new UncheckedIOException("cannot read the log: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) file.close();
            file = null;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot close the log's reader", failure);
        }
    }

    /** Where the entry that comes next begins. */
    ReadableLog.Place position() throws IOException {
        advance();
        return new ReadableLog.Place(segment, offset, generation);
    }

    /** Moves to the frame that is to be read and returns it; null at the end. */
    private @Nullable Frame advance() throws IOException {
        while (true) {
            ReadableLog.Extent extent = log.extent(segment);
            if (extent.generation() != generation) relocate();
            else if (extent.dropped()) throw trimmed();
            else if (offset < extent.end()) {
                Frame frame = window.frameAt(offset);
                if (frame != null && precedes(frame)) offset += frame.space();
                else if (frame != null && frame.entry().lsn() == lsn && frame.index() == index) return frame;
                else if (unchanged(extent)) throw new LogDamagedException(log.path(segment), offset, new Lsn(lsn), "unreadable frame");
            } else if (extent.next() != null) enter(extent.next(), SegmentHeader.BYTES);
            else return null;
        }
    }

    /** A mark, or a frame between the place that the index knew and the entry wanted. */
    private boolean precedes(Frame frame) {
        return frame.isMark() || frame.entry().lsn() < lsn;
    }

    /** Whether what was read just now was still the log's: else the bytes may have changed under our hands. */
    private boolean unchanged(ReadableLog.Extent seen) {
        ReadableLog.Extent now = log.extent(segment);
        return now.generation() == seen.generation() && !now.dropped();
    }

    /** Whether the log has all of an entry. @throws IllegalStateException if one that was already read has been truncated */
    private boolean reachesBehind(long entry) {
        ReadableLog.Extent extent = log.extent(segment);
        if (extent.generation() != generation && log.lowestCutSince(generation) < entry) throw truncated();
        return entry <= log.lastLsn();
    }

    /** Something was truncated. What was read before must still be there; what the window holds may not be. */
    private void relocate() throws IOException {
        long cut = log.lowestCutSince(generation);
        if (cut < lsn || (cut == lsn && index > 0)) throw truncated();
        if (index == 0) {
            ReadableLog.Place place = log.place(lsn);
            generation = place.generation();
            enter(place.segment(), place.offset());
        } else { // inside an entry that stays: so does its segment
            generation = log.extent(segment).generation();
            window = new FrameWindow(this::fill, segment.header.id(), window);
        }
    }

    private void enter(Segment next, int at) throws IOException {
        if (file != null) file.close();
        file = null;
        segment = next;
        offset = at;
        window = new FrameWindow(this::fill, next.header.id(), window);
    }

    private void fill(int from, ByteBuffer into) throws IOException {
        int onFile = log.copyPending(segment, from, into);
        if (onFile == 0) return;
        if (file == null) file = log.open(segment);
        into.limit(into.position() + Math.min(into.remaining(), onFile));
        file.read(into, from);
    }

    private LogTrimmedException trimmed() {
        return new LogTrimmedException(new Lsn(lsn), new Lsn(log.firstLsn()));
    }

    private IllegalStateException truncated() {
        return new IllegalStateException("entries that were read before " + lsn + " have been truncated");
    }
}
