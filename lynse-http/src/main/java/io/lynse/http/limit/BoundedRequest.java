package io.lynse.http.limit;

import io.lynse.http.codec.TextRefusal;
import io.lynse.model.Deadline;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.function.LongFunction;

/** A request with a large body, or one of unknown length: it must stay within its limit, and come in within the time of a request. */
final class BoundedRequest extends HttpServletRequestWrapper {

    private final long bytesMax;
    private final Deadline deadline;
    private final LongFunction<RuntimeException> tooLarge;
    private long read;

    /** @param tooLarge what to throw after that many bytes */
    BoundedRequest(HttpServletRequest request, long bytesMax, Deadline deadline, LongFunction<RuntimeException> tooLarge) {
        super(request);
        this.bytesMax = bytesMax;
        this.deadline = deadline;
        this.tooLarge = tooLarge;
    }

    private int count(int bytes) {
        if (bytes <= 0) return bytes;
        read += bytes;
        if (read > bytesMax) throw tooLarge.apply(read);
        // Memory that waits for a client's bytes is memory that others do not get.
        if (deadline.remainingNanos() <= 0) throw new TextRefusal(408, "the body did not arrive in time: " + read + " bytes had come");
        return bytes;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        ServletInputStream in = super.getInputStream();
        return new ServletInputStream() {
            @Override
            public int read() throws IOException {
                int next = in.read();
                count(next < 0 ? 0 : 1);
                return next;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return count(in.read(target, offset, length));
            }

            @Override
            public boolean isFinished() {
                return in.isFinished();
            }

            @Override
            public boolean isReady() {
                return in.isReady();
            }

            @Override
            public void setReadListener(ReadListener listener) {
                in.setReadListener(listener);
            }
        };
    }
}
