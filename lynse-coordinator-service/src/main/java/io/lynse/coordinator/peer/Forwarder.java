package io.lynse.coordinator.peer;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Sends a request on to the leading coordinator and brings its answer back as it is. */
public final class Forwarder {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

    /**
     * @param target  path and query
     * @param headers the caller's own, its key among them
     */
    public record Request(String method, String target, Map<String, String> headers, byte[] body) {}

    private Forwarder() {}

    /**
     * @return empty: nobody listens there, or it does not lead any more; nothing was done
     * @throws LynseException OutcomeUnknown: it was sent, and no answer came back in time
     */
    public static Optional<HttpResponse<byte[]>> forward(String leader, Request request, Deadline deadline) {
        var out = HttpRequest.newBuilder(URI.create(leader + request.target())).timeout(Duration.ofNanos(Math.max(1, deadline.remainingNanos())));
        request.headers().forEach(out::header);
        out.header(ForwardPolicy.PROXIED, "1").method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        // A client of its own each time, and so a fresh connection: one that was kept may be closed by now, and then nobody could tell whether
        // the request was sent. What is forwarded is rare enough for that.
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX).build()) {
            HttpResponse<byte[]> answer = client.send(out.build(), HttpResponse.BodyHandlers.ofByteArray());
            return answer.headers().firstValue(ForwardPolicy.PROXIED).filter(ForwardPolicy.NOT_DONE::equals).isPresent() ? Optional.empty() : Optional.of(answer);
        } catch (ConnectException | HttpConnectTimeoutException notSent) {
            return Optional.empty();
        } catch (IOException broken) {
            throw new LynseException(new LynseError.OutcomeUnknown("the leading coordinator at " + leader + " was sent this request and did not answer: " + broken), broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.OutcomeUnknown("this coordinator stopped while the one at " + leader + " was at work"), stopped);
        }
    }
}
