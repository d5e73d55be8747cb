package io.lynse.http.codec;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an answer in one growing array. With somewhere to send them they go there whenever {@link #HELD_MAX} have gathered:
 * a large answer is never held as a whole, and has no announced length.
 */
abstract class AnswerBytes {

    /** Bytes that are gathered before any are sent. */
    static final int HELD_MAX = 256 * 1024;

    byte[] bytes;
    int size;

    private final @Nullable OutputStream out;
    private boolean sent;

    /** @param out where bytes go when there are many; null: all are kept */
    AnswerBytes(int expected, @Nullable OutputStream out) {
        this.out = out;
        this.bytes = new byte[Math.max(out == null ? expected : Math.min(expected, HELD_MAX), 64)];
    }

    /** Makes room at {@link #size}. */
    final void room(int more) {
        if (bytes.length - size >= more) return;
        if (out != null && size >= HELD_MAX / 2) {
            send(out);
            if (bytes.length >= more) return;
        }
        bytes = Arrays.copyOf(bytes, Math.max((int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 64), Math.addExact(size, more)));
    }

    /** Bytes that were not sent yet. */
    public final int size() {
        return size;
    }

    /** Those that were not sent yet. */
    public final byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Sends the rest; announces the length if that is all. */
    public final void finish(HttpServletResponse response) throws IOException {
        if (!sent) response.setContentLength(size);
        response.getOutputStream().write(bytes, 0, size);
    }

    private void send(OutputStream to) {
        sent = true;
        try {
            to.write(bytes, 0, size);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        size = 0;
    }
}
