package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings the files of a log into a state from which it can go on.
 * <p>All frames are read in order. Where the expected one is missing or does not match its CRC, the log ends, and the question
 * is whether it once went on. Every frame tells how far the log was durable when it was made; so the newest such mark anywhere, also
 * behind the bad place, decides:
 * <ul>
 *   <li>the entry that should stand there was durable: <b>damage</b>, reported and never repaired by forgetting;
 *   <li>else nobody was ever told that it is there: a <b>torn tail</b>. It is cut, at the beginning of its entry, and its bytes
 *       are zeroed and forced before anything is appended. Otherwise frames behind the bad place could become reachable
 *       again once new ones of the same length stand before them.
 * </ul>
 * Cost: one pass over all bytes of the log, CRC included.
 */
final class LogRecovery {

    private final LogDisk disk;
    private final SegmentFiles files;
    private final List<Segment> segments = new ArrayList<>();
    private final EpochTable epochs = new EpochTable();
    private final long provable; // last entry that must be there if a mark says that it was durable

    private long noted;
    private long lsn = 1; // of the entry that comes next or goes on
    private int index; // of its frame that comes next
    private long epoch;
    private Frame.@Nullable EntryHead open; // an entry whose last frame has not come yet
    private long openBytes;
    private int startSegment = -1; // where the open entry begins; -1: in a segment that was trimmed
    private int startOffset;

    private LogRecovery(LogDisk disk, SegmentFiles files, long provable) {
        this.disk = disk;
        this.files = files;
        this.provable = provable;
    }

    static RecoveredLog run(LogDisk disk, SegmentFiles files) throws IOException {
        return new LogRecovery(disk, files, Long.MAX_VALUE).recover();
    }

    /** @param whole the copy has all entries up to here; behind that a frame may be missing however durable it was */
    static RecoveredLog ofCopy(LogDisk disk, SegmentFiles files, Lsn whole) throws IOException {
        return new LogRecovery(disk, files, whole.value()).recover();
    }

    private RecoveredLog recover() throws IOException {
        List<Long> sequences = CutIntent.finish(disk, files.recover());
        disk.forceDirectory(); // a name that we see may not be durable yet when only the process crashed
        for (long sequence : sequences) segments.add(opened(sequence));
        if (segments.isEmpty()) return new RecoveredLog(segments, epochs, 0, 0);
        SegmentHeader first = segments.getFirst().header;
        lsn = first.firstLsn();
        index = first.firstIndex();
        epoch = first.epochBefore();
        if (epoch > 0) epochs.add(epoch, lsn - 1);
        int end = readToTheEnd();
        boolean more = noteMarksFrom(end);
        if (lsn <= Math.min(noted, provable) || (index > 0 && startSegment < 0)) {
            Segment segment = segments.get(end);
            throw new LogDamagedException(
                    disk.path(segment.header.fileName()), segment.end(), new Lsn(lsn), "no readable frame " + index + " of an entry that was durable");
        }
        cut(end, more);
        epochs.trim(first.firstWholeLsn());
        if (provable < Long.MAX_VALUE) noted = 0; // the copy's files may never have been forced
        forceUnmarked();
        return new RecoveredLog(segments, epochs, lsn - 1, noted);
    }

    private Segment opened(long sequence) throws IOException {
        String name = SegmentFiles.name(sequence);
        Lsn unknown = Lsn.NONE;
        if (!segments.isEmpty() && segments.getLast().header.sequence() + 1 != sequence) {
            String missing = SegmentFiles.name(segments.getLast().header.sequence() + 1);
            throw new LogDamagedException(disk.path(missing), 0, unknown, "the segment file is missing");
        }
        LogDisk.File file = disk.open(name);
        SegmentHeader header = SegmentHeader.read(file);
        if (header == null || header.sequence() != sequence) {
            file.close();
            throw new LogDamagedException(disk.path(name), 0, unknown, "unreadable segment header");
        }
        long size = file.size();
        if (size != header.capacity()) {
            file.close();
            throw new LogDamagedException(disk.path(name), size, unknown, "the file was made with " + header.capacity() + " bytes and is cut short");
        }
        var segment = new Segment(header);
        segment.file = file;
        noted = Math.max(noted, header.durable());
        return segment;
    }

    /** Reads frames until one is missing. @return index of the segment in which the log ends, at that segment's end */
    private int readToTheEnd() throws IOException {
        FrameWindow window = null;
        for (int place = 0; ; place++) {
            Segment segment = segments.get(place);
            window = new FrameWindow(source(segment), segment.header.id(), window);
            for (Frame frame = window.frameAt(segment.end()); frame != null && fits(frame); frame = window.frameAt(segment.end())) {
                accept(frame, place, segment);
            }
            segment.writtenUpTo(segment.end());
            if (place + 1 == segments.size()) return place;
            SegmentHeader next = segments.get(place + 1).header;
            if (next.firstLsn() != lsn || next.firstIndex() != index) return place;
        }
    }

    private boolean fits(Frame frame) {
        Frame.EntryHead entry = frame.entry();
        if (frame.isMark()) return open == null && index == 0 && entry.lsn() == lsn - 1;
        if (entry.lsn() != lsn || frame.index() != index || entry.epoch() < epoch) return false;
        if (index == 0) return frame.last() == (frame.payloadBytes() == entry.payloadBytes());
        if (open == null) return true; // the rest of an entry whose beginning was trimmed
        return entry.equals(open) && frame.last() == (openBytes + frame.payloadBytes() == entry.payloadBytes());
    }

    private void accept(Frame frame, int place, Segment segment) {
        noted = Math.max(noted, frame.durable());
        int offset = segment.end();
        segment.add(frame);
        if (frame.isMark()) return;
        Frame.EntryHead entry = frame.entry();
        if (index == 0) {
            startSegment = place;
            startOffset = offset;
            openBytes = 0;
        }
        if (frame.last()) {
            open = null;
            epoch = entry.epoch();
            epochs.add(epoch, lsn);
            lsn++;
            index = 0;
        } else {
            if (index == 0) open = entry;
            openBytes += frame.payloadBytes();
            index++;
        }
    }

    /** Looks behind the end for heads that tell how far the log was durable. @return whether any are there */
    private boolean noteMarksFrom(int place) throws IOException {
        boolean any = false;
        for (int i = place; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            var window = new FrameWindow(source(segment), segment.header.id(), null);
            for (int offset = segment.end(); offset + Frame.HEAD_BYTES <= segment.header.capacity(); offset += 8) {
                Frame frame = window.headAt(offset);
                if (frame == null) continue;
                any = true;
                noted = Math.max(noted, frame.durable());
            }
        }
        return any;
    }

    /** Cuts at the end, or where the entry begins that is not complete. */
    private void cut(int end, boolean more) throws IOException {
        int place = index > 0 ? startSegment : end;
        Segment segment = segments.get(place);
        int offset = index > 0 ? startOffset : segment.end();
        for (int last = segments.size() - 1; last > place; last--) files.remove(segments.remove(last));
        if (index > 0 || more) {
            SegmentFiles.zero(Objects.requireNonNull(segment.file), offset, segment.header.capacity());
        }
        segment.cut(offset);
        index = 0;
    }

    /**
     * Forces what was cut, and what was read: after a crash of the process alone, entries may have come from memory that the disk
     * does not have yet.
     */
    private void forceUnmarked() throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            Objects.requireNonNull(segments.get(i).file).force();
            if (segments.get(i).header.firstLsn() <= noted) return;
        }
    }

    private static FrameWindow.Source source(Segment segment) {
        LogDisk.File file = Objects.requireNonNull(segment.file);
        return (offset, into) -> file.read(into, offset);
    }
}
