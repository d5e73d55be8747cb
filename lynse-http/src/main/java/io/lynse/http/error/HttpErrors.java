package io.lynse.http.error;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.codec.JsonOut;
import io.lynse.http.codec.TextRefusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a failed request: one switch from {@link LynseError} to status, code and body (wire contract 2.2). */
public final class HttpErrors {

    public static final String REQUEST_ID = "x-request-id";

    private static final Logger log = LoggerFactory.getLogger(HttpErrors.class);

    /** Paths whose errors are the bare message as plain text. */
    private static final Set<String> TEXT_PATHS = Set.of("/search_binary", "/batch_search_binary", "/head_binary", "/tail_binary", "/read_blob");

    private static final Duration PROMOTION = Duration.ofSeconds(1);

    private HttpErrors() {}

    /** @param retryAfter sent as whole seconds, at least 1; null: retrying as it is will not help */
    record Answer(int status, String code, @Nullable Duration retryAfter) {
        Answer(int status, String code) {
            this(status, code, null);
        }
    }

    static Answer answer(LynseError error) {
        return switch (error) {
            case LynseError.InvalidArgument _ -> new Answer(400, "invalid_argument");
            case LynseError.Unsupported _ -> new Answer(400, "unsupported");
            case LynseError.EmptyCollection _ -> new Answer(400, "empty_database");
            case LynseError.Unauthorized _ -> new Answer(401, "unauthorized");
            case LynseError.NotFound _ -> new Answer(404, "not_found");
            case LynseError.AlreadyExists _ -> new Answer(409, "already_exists");
            case LynseError.Conflict _ -> new Answer(409, "conflict");
            case LynseError.PayloadTooLarge _ -> new Answer(413, "payload_too_large");
            case LynseError.KeyReused _ -> new Answer(422, "idempotency_key_reused");
            case LynseError.Overloaded overloaded -> new Answer(429, "overloaded", overloaded.retryAfter());
            case LynseError.Unavailable unavailable -> new Answer(503, "unavailable", unavailable.retryAfter());
            case LynseError.NotPrimary _, LynseError.StaleEpoch _ -> new Answer(503, "not_primary", PROMOTION);
            case LynseError.DeadlineExceeded _ -> new Answer(504, "deadline_exceeded");
            case LynseError.OutcomeUnknown _ -> new Answer(504, "outcome_unknown");
            // Refused parts alone are a state to sort out; with parts in doubt the whole is in doubt.
            case LynseError.PartialWrite partial -> new Answer(partial.unknown().isEmpty() ? 409 : 504, "partial_write");
            case LynseError.Internal _ -> new Answer(500, "internal_error");
        };
    }

    /** Answers whatever a route threw. What is no {@link LynseException} or {@link TextRefusal} is our own bug, and is logged here, once. */
    public static void write(HttpServletRequest request, HttpServletResponse response, Throwable failure) throws IOException {
        if (response.isCommitted()) {
            log.atWarn().addKeyValue("path", request.getRequestURI()).setCause(failure).log("a request failed while its answer was sent");
            return;
        }
        switch (failure) {
            case TextRefusal refusal -> text(response, refusal.status(), refusal.text());
            case LynseException refused -> error(request, response, refused.error());
            // The caller hung up, or sent less than it announced.
            case IOException cut -> text(response, 400, "the body could not be read: " + cut.getMessage());
            case UncheckedIOException cut -> text(response, 400, "the body could not be read: " + cut.getMessage());
            default -> {
                log.atError().addKeyValue("request", response.getHeader(REQUEST_ID)).addKeyValue("path", request.getRequestURI())
                        .setCause(failure).log("request failed");
                answer(request, response, new LynseError.Internal("internal error, see the log under request " + response.getHeader(REQUEST_ID)));
            }
        }
    }

    public static void error(HttpServletRequest request, HttpServletResponse response, LynseError error) throws IOException {
        if (error instanceof LynseError.Internal internal) {
            log.atError().addKeyValue("request", response.getHeader(REQUEST_ID)).addKeyValue("path", request.getRequestURI()).log(internal.message());
        }
        answer(request, response, error);
    }

    private static void answer(HttpServletRequest request, HttpServletResponse response, LynseError error) throws IOException {
        Answer answer = answer(error);
        if (answer.status() == 401) response.setHeader("WWW-Authenticate", "Basic realm=\"LynseDB\"");
        if (answer.retryAfter() != null) response.setHeader("Retry-After", Long.toString(Math.max(1, answer.retryAfter().toSeconds())));
        if (TEXT_PATHS.contains(request.getRequestURI())) {
            text(response, answer.status(), error.message());
            return;
        }
        var body = new JsonOut(256).raw("{\"code\":").string(answer.code()).raw(",\"error\":").string(error.message());
        if (error instanceof LynseError.PartialWrite partial) {
            body.raw(",\"refused\":").value(partial.refused()).raw(",\"unknown\":").value(partial.unknown())
                    .raw(",\"written\":").value(partial.written());
        }
        if (answer.status() == 500) body.raw(",\"request_id\":").string(String.valueOf(response.getHeader(REQUEST_ID)));
        send(response, answer.status(), "application/json", body.raw("}").toBytes());
    }

    /** An unknown route, or a known one with another method: an empty 404. */
    public static void nowhere(HttpServletResponse response) {
        response.setStatus(404);
        response.setContentLength(0);
    }

    public static void text(HttpServletResponse response, int status, String text) throws IOException {
        send(response, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpServletResponse response, int status, String type, byte[] body) throws IOException {
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
