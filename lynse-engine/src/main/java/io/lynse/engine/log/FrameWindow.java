package io.lynse.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A window that slides over one segment and finds frames in it. It grows to one frame of 1 MiB at most, whatever the bytes claim. */
final class FrameWindow {

    private static final int BYTES = 256 << 10;

    /** Where the segment's bytes come from. */
    interface Source {
        /** Puts bytes from {@code offset} on into the buffer: at least one, unless the segment ends there. */
        void fill(int offset, ByteBuffer into) throws IOException;
    }

    private final Source source;
    private final long segmentId;
    private ByteBuffer bytes;
    private int start; // offset in the segment of the first byte here

    /** @param reuse a window that is no longer needed, whose memory this one takes over */
    FrameWindow(Source source, long segmentId, @Nullable FrameWindow reuse) {
        this.source = source;
        this.segmentId = segmentId;
        bytes = (reuse == null ? ByteBuffer.allocateDirect(BYTES) : reuse.bytes).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    }

    /** The whole frame at {@code offset}, payload checked; null when none stands there. Afterwards {@link #payload} gives its bytes. */
    @Nullable Frame frameAt(int offset) throws IOException {
        Frame frame = headAt(offset);
        if (frame == null || !ensure(offset, Frame.HEAD_BYTES + frame.payloadBytes())) return null;
        return Frame.crc(bytes, offset - start + Frame.HEAD_BYTES, frame.payloadBytes()) == frame.payloadCrc() ? frame : null;
    }

    /** The head at {@code offset}; null when none with a true CRC stands there. */
    @Nullable Frame headAt(int offset) throws IOException {
        return ensure(offset, Frame.HEAD_BYTES) ? Frame.read(bytes, offset - start, segmentId) : null;
    }

    /** The payload of the frame found at {@code offset}, as a view that lasts until the window moves. */
    ByteBuffer payload(int offset, Frame frame) {
        return bytes.slice(offset - start + Frame.HEAD_BYTES, frame.payloadBytes());
    }

    /** Brings {@code length} bytes from {@code offset} on into the window. @return false if the segment ends before */
    private boolean ensure(int offset, int length) throws IOException {
        int at = offset - start;
        if (at >= 0 && at + length <= bytes.limit()) return true;
        if (at >= 0 && at < bytes.limit()) bytes.position(at).compact().flip();
        else bytes.limit(0);
        start = offset;
        if (length > bytes.capacity()) {
            bytes = ByteBuffer.allocateDirect(Frame.spaceFor(Frame.PAYLOAD_BYTES_MAX)).order(ByteOrder.LITTLE_ENDIAN).put(bytes.position(0)).flip();
        }
        while (bytes.limit() < length) {
            int had = bytes.limit();
            bytes.limit(bytes.capacity()).position(had);
            source.fill(offset + had, bytes);
            bytes.flip();
            if (bytes.limit() == had) return false;
        }
        return true;
    }
}
