package io.lynse.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes of one buffer in runs, one behind the other, whatever lies between them: the rows of a batch that go to one shard group, without a
 * copy of them. Like the buffer, which may lie outside the heap, they are never written to again.
 */
public final class ByteRuns {

    private static final int COPY_BYTES = 64 * 1024;

    private final ByteBuffer source;
    private final int[] bounds; // of each run: where it begins, where it ends
    private final int size;

    private ByteRuns(ByteBuffer source, int[] bounds, int size) {
        this.source = source;
        this.bounds = bounds;
        this.size = size;
    }

    /** The buffer's bytes from position to limit. */
    public static ByteRuns of(ByteBuffer whole) {
        return new ByteRuns(whole, new int[] {whole.position(), whole.limit()}, whole.remaining());
    }

    /** Gathers runs, and joins those that touch. */
    public static final class Builder {

        private final ByteBuffer source;
        private final int[] bounds;
        private int filled;
        private int size;

        /** @param runsMax how many times {@link #add} will be called, at most */
        public Builder(ByteBuffer source, int runsMax) {
            this.source = source;
            this.bounds = new int[2 * runsMax];
        }

        /** @throws ArithmeticException if all runs together are longer than a buffer can be */
        public void add(int from, int length) {
            size = Math.addExact(size, length);
            if (filled > 0 && bounds[filled - 1] == from) {
                bounds[filled - 1] += length;
            } else {
                bounds[filled++] = from;
                bounds[filled++] = from + length;
            }
        }

        public ByteRuns build() {
            return new ByteRuns(source, filled == bounds.length ? bounds : Arrays.copyOf(bounds, filled), size);
        }
    }

    /** Bytes of all runs together. */
    public int size() {
        return size;
    }

    /** Writes them behind the buffer's position. */
    public void writeTo(ByteBuffer out) {
        for (int i = 0; i < bounds.length; i += 2) {
            int length = bounds[i + 1] - bounds[i];
            out.put(out.position(), source, bounds[i], length).position(out.position() + length);
        }
    }

    public void writeTo(OutputStream out) throws IOException {
        byte[] copied = new byte[Math.min(COPY_BYTES, size)];
        for (int i = 0; i < bounds.length; i += 2) {
            int count;
            for (int at = bounds[i]; at < bounds[i + 1]; at += count) { // never beyond the end, which may be the largest int
                count = Math.min(copied.length, bounds[i + 1] - at);
                source.get(at, copied, 0, count);
                out.write(copied, 0, count);
            }
        }
    }
}
