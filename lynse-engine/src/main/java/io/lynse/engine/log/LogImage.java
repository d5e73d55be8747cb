package io.lynse.engine.log;

import io.lynse.engine.log.Frame.EntryHead;
import io.lynse.engine.log.RetentionPolicy.SegmentBytes;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the log knows in memory: its segments, where it ends, how far it is durable, and the frames that the disk does not have
 * yet. No I/O. Guarded by the log's lock.
 */
final class LogImage {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    final PendingFrames pending;
    final EpochTable epochs;
    private final List<Segment> segments;
    private final SegmentFiles files;
    private final LongSupplier segmentIds;

    private long lastLsn;
    private long durable;
    private long noted; // durable LSN in the newest frame
    private final List<Long> cuts = new ArrayList<>(); // LSN of every truncation in this process: few

    /**
     * @param found      what recovery found; entries up to {@code lastLsn} are durable by now
     * @param segmentIds random numbers
     */
    LogImage(RecoveredLog found, LogSettings settings, SegmentFiles files, LongSupplier segmentIds) {
        this.segments = found.segments();
        this.epochs = found.epochs();
        this.files = files;
        this.segmentIds = segmentIds;
        pending = new PendingFrames(settings);
        lastLsn = found.lastLsn();
        durable = lastLsn;
        noted = found.noted();
        if (segments.isEmpty()) begin(lastLsn + 1, 0);
    }

    Segment active() {
        return segments.getLast();
    }

    List<Segment> segments() {
        return List.copyOf(segments);
    }

    long firstLsn() {
        return segments.getFirst().header.firstWholeLsn();
    }

    long lastLsn() {
        return lastLsn;
    }

    long durable() {
        return durable;
    }

    /** Counts truncations. */
    int generation() {
        return cuts.size();
    }

    long lowestCutSince(int generation) {
        return cuts.subList(generation, cuts.size()).stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    /** Newest durable LSN that a frame carries. */
    long noted() {
        return noted;
    }

    void durableUpTo(long lsn) {
        durable = Math.max(durable, lsn);
    }

    /** Adds a frame of the entry behind the last one. The payload is copied. */
    void put(EntryHead entry, int index, boolean last, ByteBuffer payload) {
        makeRoom(Frame.spaceFor(payload.remaining()), entry.lsn(), index);
        pending.add(active(), entry, index, last, durable, payload);
        noted = durable;
        if (last) {
            lastLsn = entry.lsn();
            epochs.add(entry.epoch(), entry.lsn());
        }
    }

    /** Adds a frame that says how far the log is durable. Only between entries. */
    void putMark() {
        makeRoom(Frame.HEAD_BYTES, lastLsn + 1, 0);
        pending.add(active(), new EntryHead(lastLsn, epochs.last(), Frame.MARK, 0, 0), 0, true, durable, EMPTY);
        noted = durable;
    }

    private void makeRoom(int space, long nextLsn, int nextIndex) {
        if (!active().hasRoomFor(space)) begin(nextLsn, nextIndex);
    }

    private void begin(long nextLsn, int nextIndex) {
        @Nullable Segment previous = segments.isEmpty() ? null : segments.getLast();
        if (previous == null) segments.add(firstSegment(1, nextLsn - 1, 0));
        else segments.add(new Segment(new SegmentHeader(
                files.capacityAfter(previous.header.capacity()),
                segmentIds.getAsLong(),
                previous.header.sequence() + 1,
                nextLsn,
                nextIndex,
                durable,
                epochs.last())));
    }

    /** A segment to begin a log with, behind entry {@code last}, which is of {@code epoch}. */
    Segment firstSegment(long sequence, long last, long epoch) {
        return new Segment(new SegmentHeader(files.capacityAfter(0), segmentIds.getAsLong(), sequence, last + 1, 0, 0, last == 0 ? 0 : epoch));
    }

    /** Begins anew. @return the segments that are out */
    List<Segment> restart(Segment first, long last, long epoch) {
        List<Segment> dropped = List.copyOf(segments);
        dropped.forEach(Segment::drop);
        segments.clear();
        segments.add(first);
        lastLsn = last;
        durable = last;
        noted = 0;
        epochs.restart(epoch, last);
        cuts.add(1L);
        return dropped;
    }

    List<SegmentBytes> segmentBytes() {
        return segments.stream().map(segment -> new SegmentBytes(new Lsn(segment.header.firstWholeLsn()), segment.header.capacity())).toList();
    }

    /**
     * The files that have these entries, durable ones, and what is before them in the first.
     *
     * @param from one above {@code upTo}: none of them is wanted. There is a file all the same, from which a log goes on
     * @param last where the entry behind {@code upTo} begins
     */
    List<LogPart> parts(long from, long upTo, Segment last, int lastOffset) {
        // An entry's segment has a file, that of an entry to come may not have one yet.
        Segment first = segmentOf(Math.max(firstLsn(), Math.min(from, upTo)));
        var parts = new ArrayList<LogPart>();
        for (Segment segment : segments) {
            long sequence = segment.header.sequence();
            if (sequence < first.header.sequence() || sequence > last.header.sequence()) continue;
            int bytes = segment == last ? Math.min(lastOffset, segment.written()) : segment.end();
            if (segment == first || bytes > SegmentHeader.BYTES) parts.add(new LogPart(segment.header.fileName(), bytes));
        }
        return parts;
    }

    /** The segment in which an entry begins, or will begin. */
    Segment segmentOf(long lsn) {
        for (Segment segment : segments.reversed()) {
            if (segment.header.beginsAtOrBefore(lsn)) return segment;
        }
        throw new LogTrimmedException(new Lsn(lsn), new Lsn(firstLsn()));
    }

    @Nullable Segment after(Segment segment) {
        long place = segment.header.sequence() - segments.getFirst().header.sequence() + 1;
        return place < segments.size() ? segments.get((int) place) : null;
    }

    /** Takes the segments behind one out, last first. */
    List<Segment> dropAfter(Segment segment) {
        var behind = segments.subList((int) (segment.header.sequence() - segments.getFirst().header.sequence() + 1), segments.size());
        List<Segment> dropped = List.copyOf(behind).reversed();
        behind.clear();
        dropped.forEach(Segment::drop);
        return dropped;
    }

    /** Forgets the frames from a place in the last segment on, where entry {@code lsn} begins. */
    void cut(Segment segment, int offset, long lsn) {
        segment.cut(offset);
        lastLsn = lsn - 1;
        durable = Math.min(durable, lastLsn);
        noted = Math.min(noted, lastLsn);
        epochs.cut(lsn);
        cuts.add(lsn);
    }

    /** On the log's thread: takes the oldest segment out if all its entries are below {@code lsn}; null when there is none such. */
    @Nullable Segment dropFirstBelow(long lsn) {
        if (segments.size() < 2 || segments.get(1).file == null) return null; // a log without a file would forget its numbers
        SegmentHeader next = segments.get(1).header;
        long last = next.firstIndex() == 0 ? next.firstLsn() - 1 : next.firstLsn();
        if (last >= lsn) return null;
        Segment dropped = segments.removeFirst();
        dropped.drop();
        epochs.trim(firstLsn());
        return dropped;
    }
}
