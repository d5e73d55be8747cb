package io.lynse.http.route;

import io.lynse.model.IdempotencyKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key} of a write. Every other route does the same when it comes twice, and does not look at it. */
final class IdempotencyHeader {

    private IdempotencyHeader() {}

    /** @return null if there is none. @throws io.lynse.error.LynseException InvalidArgument naming the header */
    static @Nullable IdempotencyKey key(HttpServletRequest request) {
        Enumeration<String> values = request.getHeaders(IdempotencyKey.HEADER);
        if (!values.hasMoreElements()) return null;
        var key = new IdempotencyKey(values.nextElement().strip());
        if (values.hasMoreElements()) throw Edge.invalid(IdempotencyKey.HEADER, "Idempotency-Key: the header comes more than once");
        return key;
    }
}
