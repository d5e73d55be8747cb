package io.lynse.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Frames that the disk does not have yet, encoded and in order. Appenders add at the end, the log's thread takes all and writes
 * each run with one call; until it has, readers find the bytes here. Guarded by the log's lock, but for the content of what was taken.
 */
final class PendingFrames {

    /** Frames that follow each other in one segment. */
    static final class Run {
        final Segment segment;
        final int offset;
        private final ByteBuffer bytes;

        private Run(Segment segment, int offset, ByteBuffer bytes) {
            this.segment = segment;
            this.offset = offset;
            this.bytes = bytes;
        }

        int end() {
            return offset + bytes.position();
        }

        /** What is to be written at {@link #offset}. */
        ByteBuffer content() {
            return bytes.duplicate().flip();
        }
    }

    private final int runBytes;
    private final int freeMax;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private List<Run> waiting = new ArrayList<>();
    private List<Run> taken = List.of();
    private int bytes;

    /** Keeps as many buffers as may wait, so that none is left to the collector, which does not see their size. */
    PendingFrames(LogSettings settings) {
        runBytes = Frame.spaceFor(settings.frameBytesMax());
        freeMax = settings.pendingBytesMax() / runBytes + 1;
    }

    /** Bytes that wait or are being written. */
    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Adds a frame at the segment's end. The payload is copied; its position stays. */
    void add(Segment segment, Frame.EntryHead entry, int index, boolean last, long durable, ByteBuffer payload) {
        int payloadBytes = payload.remaining();
        int space = Frame.spaceFor(payloadBytes);
        Run run = runFor(segment, space);
        ByteBuffer out = run.bytes;
        int at = out.position();
        out.put(at + Frame.HEAD_BYTES, payload, payload.position(), payloadBytes);
        var frame = new Frame(entry, index, last, durable, payloadBytes, Frame.crc(out, at + Frame.HEAD_BYTES, payloadBytes));
        frame.write(out, at, segment.header.id());
        for (int pad = at + Frame.HEAD_BYTES + payloadBytes; pad < at + space; pad++) out.put(pad, (byte) 0); // buffers are reused
        out.position(at + space);
        segment.add(frame);
        bytes += space;
    }

    private Run runFor(Segment segment, int space) {
        if (!waiting.isEmpty()) {
            Run tail = waiting.getLast();
            if (tail.segment == segment && tail.bytes.remaining() >= space) return tail;
        }
        ByteBuffer buffer = free.isEmpty() ? ByteBuffer.allocateDirect(runBytes) : free.pop();
        var run = new Run(segment, segment.end(), buffer.clear().order(ByteOrder.LITTLE_ENDIAN));
        waiting.add(run);
        return run;
    }

    /** Hands everything that waits to the log's thread; it calls {@link #written} before it takes more. */
    List<Run> take() {
        taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /** What was taken is in the files now. */
    void written() {
        for (Run run : taken) {
            bytes -= run.bytes.position();
            run.segment.writtenUpTo(run.end());
            if (free.size() < freeMax) free.push(run.bytes);
        }
        taken = List.of();
    }

    /** Copies bytes that are here from {@code offset} on into the buffer, as many as it takes or as one run has. */
    void copy(Segment segment, int offset, ByteBuffer into) {
        for (List<Run> runs : List.of(taken, waiting)) {
            for (Run run : runs) {
                if (run.segment != segment || offset < run.offset || offset >= run.end()) continue;
                int length = Math.min(into.remaining(), run.end() - offset);
                into.put(run.content().position(offset - run.offset).limit(offset - run.offset + length));
                return;
            }
        }
        throw new IllegalStateException("bytes at " + offset + " of " + segment.header.fileName() + " are neither in memory nor on disk");
    }
}
