package io.lynse.shard.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Lets a call pass only with {@code authorization: Bearer KEY}, where the node has a key. */
final class KeyCheck implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final byte @Nullable [] expected;

    /** @param key null: every call passes */
    KeyCheck(@Nullable String key) {
        this.expected = key == null ? null : ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (passes(headers.get(AUTHORIZATION))) return next.startCall(call, headers);
        StatusRuntimeException refused = GrpcErrors.toGrpc(new LynseError.Unauthorized("Unauthorized"));
        Metadata trailers = refused.getTrailers();
        call.close(refused.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }

    private boolean passes(@Nullable String given) {
        if (expected == null) return true;
        // Takes as long for any wrong key of this length, so that time tells nothing about the right one.
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected);
    }
}
