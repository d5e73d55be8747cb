package io.lynse.http.limit;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.codec.TextRefusal;
import io.lynse.http.error.HttpErrors;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * Bounds request bodies: each by the limit of its kind (413), all of them together by a {@link BodyBudget} (429). A body of
 * announced length is judged before a byte of it is read; one without is counted as it comes in.
 */
public final class BodyFilter implements Filter {

    private static final Set<String> BINARY = Set.of("/search_binary", "/batch_search_binary", "/add_records_binary", "/upsert_records_binary",
            "/bulk_add_binary", "/add_binary_ids", "/upsert_binary", "/write_blob");

    /** Smaller bodies are not worth counting: so many cannot be in flight. */
    private static final int SMALL = 64 * 1024;

    private final long jsonMax;
    private final long binaryMax;
    private final BodyBudget budget;

    public BodyFilter(long jsonMax, long binaryMax, BodyBudget budget) {
        this.jsonMax = jsonMax;
        this.binaryMax = binaryMax;
        this.budget = budget;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        long length = http.getContentLengthLong();
        if (length >= 0 && length <= SMALL && length <= jsonMax && length <= binaryMax) {
            chain.doFilter(request, response);
        } else if (length >= 0) {
            announced(http, (HttpServletResponse) response, length, chain);
        } else if (http.getHeader("transfer-encoding") == null) {
            chain.doFilter(request, response); // no body at all
        } else {
            unannounced(http, response, chain);
        }
    }

    private void announced(HttpServletRequest request, HttpServletResponse response, long length, FilterChain chain) throws IOException, ServletException {
        boolean binary = BINARY.contains(request.getRequestURI());
        if (length > (binary ? binaryMax : jsonMax)) {
            HttpErrors.write(request, response, tooLarge(binary, length));
        } else if (!budget.take(length)) {
            HttpErrors.write(request, response, overloaded());
        } else {
            try {
                chain.doFilter(request, response);
            } finally {
                budget.giveBack(length);
            }
        }
    }

    private void unannounced(HttpServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        boolean binary = BINARY.contains(request.getRequestURI());
        var counted = new CountedRequest(request, binary ? binaryMax : jsonMax, budget, bytes -> tooLarge(binary, bytes));
        try {
            chain.doFilter(counted, response);
        } finally {
            counted.release();
        }
    }

    private RuntimeException tooLarge(boolean binary, long bytes) {
        return new TextRefusal(413, binary ? "payload reached size limit"
                : "JSON payload (" + bytes + " bytes) is larger than allowed (limit: " + jsonMax + " bytes).");
    }

    static LynseException overloaded() {
        return new LynseException(new LynseError.Overloaded("too many large request bodies at once, try again", Duration.ofSeconds(1)));
    }
}
