package io.lynse.coordinator.app;

import io.lynse.coordinator.lease.LeaseKeeper;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.peer.ForwardPolicy;
import io.lynse.coordinator.peer.ForwardPolicy.Decision;
import io.lynse.coordinator.peer.Forwarder;
import io.lynse.coordinator.peer.OpenRequest;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.error.HttpErrors;
import io.lynse.http.limit.BodyFilter;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** On a coordinator that does not lead, sends control requests on to the one that does (wire contract 11.3). Behind the filters of key and body. */
final class ForwardFilter implements Filter {

    /** How long a request waits for somebody to lead: a lease that was given back is taken within that, one that must run out is not. */
    private static final Duration LEADER_WAIT = Duration.ofMillis(2500);

    /** How long an answer waits for the image here to show what was done elsewhere. It takes as long as a change takes to every coordinator. */
    private static final Duration IMAGE_WAIT = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** A control request is a name or two and a few settings. */
    private static final int BODY_MAX = 16 << 20;

    private static final List<String> SENT_ON = List.of("Authorization", "Content-Type", "Accept", "Idempotency-Key");
    private static final List<String> BROUGHT_BACK = List.of("Content-Type", "Retry-After", "WWW-Authenticate");

    private final LeaseKeeper lease;
    private final MetadataAuthority authority;
    private final String self;
    private final Duration requestMax;

    /** @param self this coordinator's address */
    ForwardFilter(LeaseKeeper lease, MetadataAuthority authority, String self, Duration requestMax) {
        this.lease = lease;
        this.authority = authority;
        this.self = self;
        this.requestMax = requestMax;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        var in = (HttpServletRequest) request;
        var out = (HttpServletResponse) response;
        if (!ForwardPolicy.isControl(in.getRequestURI())) {
            chain.doFilter(in, out);
            return;
        }
        if (lease.leads().isPresent()) {
            answer(in, out, chain);
            return;
        }
        boolean here;
        byte[] body;
        try {
            body = body(in);
            here = in.getRequestURI().equals(OpenRequest.PATH) && OpenRequest.onlyOpens(body, authority.image()) || !isAnsweredElsewhere(in, out, body);
        } catch (LynseException refused) {
            HttpErrors.error(in, out, refused.error());
            return;
        }
        if (here) answer(new BufferedRequest(in, body), out, chain);
    }

    /** Another coordinator is told along with its answer which image shows what was done. */
    private void answer(HttpServletRequest in, HttpServletResponse out, FilterChain chain) throws IOException, ServletException {
        if (in.getHeader(ForwardPolicy.PROXIED) == null) {
            chain.doFilter(in, out);
            return;
        }
        var answer = new ContentCachingResponseWrapper(out);
        chain.doFilter(in, answer);
        out.setHeader(ForwardPolicy.META_EPOCH, Long.toString(authority.image().metaEpoch()));
        answer.copyBodyToResponse();
    }

    private static byte[] body(HttpServletRequest in) throws IOException {
        byte[] body = in.getInputStream().readNBytes(BODY_MAX + 1);
        if (body.length > BODY_MAX) throw new LynseException(new LynseError.PayloadTooLarge(body.length, BODY_MAX));
        BodyFilter.memory(in).countHeap(body.length);
        return body;
    }

    /** Answers the request by the leading coordinator's answer. @return whether it did: false, if this coordinator leads by now, or nobody does */
    private boolean isAnsweredElsewhere(HttpServletRequest in, HttpServletResponse out, byte[] body) throws IOException {
        Deadline deadline = Deadline.after(requestMax);
        Deadline wait = deadline.atMost(LEADER_WAIT);
        boolean proxied = in.getHeader(ForwardPolicy.PROXIED) != null;
        while (true) {
            switch (ForwardPolicy.decide(self, lease.leads().isPresent(), lease.status().leader(), proxied)) {
                case Decision.Here() -> {
                    return false;
                }
                case Decision.Refused(LynseError error) -> {
                    if (proxied) out.setHeader(ForwardPolicy.PROXIED, ForwardPolicy.NOT_DONE);
                    throw new LynseException(error);
                }
                case Decision.ToLeader(String leader) -> {
                    Optional<HttpResponse<byte[]>> answer = Forwarder.forward(leader, request(in, body), deadline);
                    if (answer.isPresent()) {
                        awaitImage(answer.get().headers().firstValueAsLong(ForwardPolicy.META_EPOCH).orElse(0), deadline.atMost(IMAGE_WAIT));
                        bringBack(answer.get(), out);
                        return true;
                    } // Another one will lead, when this one's lease has run out here too.
                }
                case Decision.NoLeader() -> {}
            }
            // Here it is refused, or the caller's own mistake is named: that needs no leader.
            if (wait.passed() || !paused()) return false;
        }
    }

    /** Else the next request here could find what was dropped, or miss what was created. */
    private void awaitImage(long metaEpoch, Deadline deadline) {
        ClusterImage seen = authority.image();
        while (seen.metaEpoch() < metaEpoch && !deadline.passed() && !Thread.currentThread().isInterrupted()) seen = authority.newerThan(seen, deadline);
    }

    private static Forwarder.Request request(HttpServletRequest in, byte[] body) {
        var headers = new LinkedHashMap<String, String>();
        for (String name : SENT_ON) {
            String value = in.getHeader(name);
            if (value != null) headers.put(name, value);
        }
        String query = in.getQueryString();
        return new Forwarder.Request(in.getMethod(), in.getRequestURI() + (query == null ? "" : "?" + query), headers, body);
    }

    private static void bringBack(HttpResponse<byte[]> answer, HttpServletResponse out) throws IOException {
        out.setStatus(answer.statusCode());
        for (String name : BROUGHT_BACK) answer.headers().firstValue(name).ifPresent(value -> out.setHeader(name, value));
        out.setContentLength(answer.body().length);
        out.getOutputStream().write(answer.body());
    }

    private static boolean paused() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
