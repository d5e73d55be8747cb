package io.lynse.http.limit;

import io.lynse.http.codec.TextRefusal;
import io.lynse.http.error.HttpErrors;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Deadline;
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
import java.util.function.Supplier;

/**
 * Bounds request bodies, each by the limit of its kind (413; of announced length before a byte of it is read), and gives every request
 * the {@link RequestMemory} in which body and answer are kept, within the budgets of the whole node (429).
 */
public final class BodyFilter implements Filter {

    private static final String MEMORY = RequestMemory.class.getName();

    private static final Set<String> BINARY = Set.of("/search_binary", "/batch_search_binary", "/add_records_binary", "/upsert_records_binary",
            "/bulk_add_binary", "/add_binary_ids", "/upsert_binary", "/write_blob");

    /** A smaller body is there at once: it needs no watch over its time. */
    private static final int SMALL = 64 * 1024;

    private final long jsonMax;
    private final long binaryMax;
    private final Duration patience;
    private final Supplier<RequestMemory> memories;

    /**
     * @param patience how long a large body may take to come in
     * @param memories gives each request its own
     */
    public BodyFilter(long jsonMax, long binaryMax, Duration patience, Supplier<RequestMemory> memories) {
        this.jsonMax = jsonMax;
        this.binaryMax = binaryMax;
        this.patience = patience;
        this.memories = memories;
    }

    /** What the request may keep its body and answer in; freed when it has been answered, unless somebody retains it. */
    public static RequestMemory memory(ServletRequest request) {
        if (request.getAttribute(MEMORY) instanceof RequestMemory memory) return memory;
        throw new IllegalStateException("the request did not pass the body filter");
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        long length = http.getContentLengthLong();
        boolean small = length >= 0 ? length <= SMALL && length <= jsonMax && length <= binaryMax : http.getHeader("transfer-encoding") == null;
        try (RequestMemory memory = memories.get()) {
            request.setAttribute(MEMORY, memory);
            if (small) chain.doFilter(request, response);
            else bounded(http, (HttpServletResponse) response, length, chain);
        }
    }

    private void bounded(HttpServletRequest request, HttpServletResponse response, long length, FilterChain chain) throws IOException, ServletException {
        boolean binary = BINARY.contains(request.getRequestURI());
        long bytesMax = binary ? binaryMax : jsonMax;
        if (length > bytesMax) HttpErrors.write(request, response, tooLarge(binary, length));
        else chain.doFilter(new BoundedRequest(request, bytesMax, Deadline.after(patience), bytes -> tooLarge(binary, bytes)), response);
    }

    private RuntimeException tooLarge(boolean binary, long bytes) {
        return new TextRefusal(413, binary ? "payload reached size limit"
                : "JSON payload (" + bytes + " bytes) is larger than allowed (limit: " + jsonMax + " bytes).");
    }
}
