package io.lynse.http.limit;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.function.LongFunction;

/** A request whose body has no announced length: its bytes are counted against limit and budget as they are read. */
final class CountedRequest extends HttpServletRequestWrapper {

    /** Budget is taken in steps, so that a short body takes little of it. */
    private static final long STEP = 256 * 1024;

    private final long bytesMax;
    private final BodyBudget budget;
    private final LongFunction<RuntimeException> tooLarge;
    private long read;
    private long taken;

    CountedRequest(HttpServletRequest request, long bytesMax, BodyBudget budget, LongFunction<RuntimeException> tooLarge) {
        super(request);
        this.bytesMax = bytesMax;
        this.budget = budget;
        this.tooLarge = tooLarge;
    }

    void release() {
        if (taken > 0) budget.giveBack(taken);
        taken = 0;
    }

    private void count(int bytes) {
        if (bytes <= 0) return;
        read += bytes;
        if (read > bytesMax) throw tooLarge.apply(read);
        while (read > taken) {
            if (!budget.take(STEP)) throw BodyFilter.overloaded();
            taken += STEP;
        }
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
                int got = in.read(target, offset, length);
                count(got);
                return got;
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
