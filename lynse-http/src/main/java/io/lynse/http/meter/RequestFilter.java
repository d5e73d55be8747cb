package io.lynse.http.meter;

import io.lynse.http.error.HttpErrors;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outermost filter: gives every answer its {@code x-request-id}, counts and times it. */
public final class RequestFilter implements Filter {

    private static final Logger log = LoggerFactory.getLogger(RequestFilter.class);

    private final AtomicLong requests = new AtomicLong();
    private final HttpMeters meters;

    public RequestFilter(HttpMeters meters) {
        this.meters = meters;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        var answer = (HttpServletResponse) response;
        long id = requests.incrementAndGet();
        answer.setHeader(HttpErrors.REQUEST_ID, Long.toString(id));
        long start = System.nanoTime();
        boolean failed = true;
        try {
            chain.doFilter(request, response);
            failed = false;
        } finally {
            long nanos = System.nanoTime() - start;
            meters.record(http.getRequestURI(), failed ? 500 : answer.getStatus(), failed, nanos);
            if (log.isDebugEnabled()) {
                log.atDebug().addKeyValue("request", id).addKeyValue("method", http.getMethod()).addKeyValue("path", http.getRequestURI())
                        .addKeyValue("status", answer.getStatus()).addKeyValue("micros", nanos / 1000).log("http_request");
            }
        }
    }
}
