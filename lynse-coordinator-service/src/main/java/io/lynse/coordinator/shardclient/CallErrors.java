package io.lynse.coordinator.shardclient;

import io.grpc.Status;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call means. The one question that matters is whether the node may have acted: a connection that was never made is
 * a definite refusal, one that broke after bytes were sent is not.
 */
final class CallErrors {

    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    enum Kind { WRITE, READ }

    private CallErrors() {}

    static LynseException of(NodeAddress node, Kind kind, Throwable failure) {
        return new LynseException(judge(node, kind, failure), failure);
    }

    static LynseError judge(NodeAddress node, Kind kind, Throwable failure) {
        Optional<LynseError> sent = GrpcErrors.fromGrpc(failure);
        // The key is ours to get right: to our client it is a node that cannot be reached, not a reason to log in again.
        if (sent.isPresent() && !(sent.get() instanceof LynseError.Unauthorized)) return sent.get();
        Status status = Status.fromThrowable(failure);
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> unavailable(node + " refuses this coordinator's key: check --shard-api-key");
            case UNIMPLEMENTED -> unavailable(node + " speaks another version of the protocol: " + status.getDescription());
            case DEADLINE_EXCEEDED -> kind == Kind.READ
                    ? new LynseError.DeadlineExceeded(node + " did not answer in time")
                    : new LynseError.OutcomeUnknown(node + " did not answer in time");
            case UNAVAILABLE -> neverConnected(status.getCause())
                    ? unavailable(node + " cannot be reached: " + reason(status))
                    : broken(node, kind, status);
            default -> broken(node, kind, status);
        };
    }

    private static LynseError broken(NodeAddress node, Kind kind, Status status) {
        String reason = node + ": the connection broke: " + reason(status);
        return kind == Kind.READ ? unavailable(reason) : new LynseError.OutcomeUnknown(reason);
    }

    private static LynseError unavailable(String reason) {
        return new LynseError.Unavailable(reason, RETRY_AFTER);
    }

    /** Whether the machine itself said that nobody listens at the port; a connection that timed out is another matter. */
    static boolean refused(Status status) {
        Throwable cause = status.getCause();
        return cause instanceof ConnectException && String.valueOf(cause.getMessage()).contains("Connection refused");
    }

    /** Why there was no answer, for an operator: what is known by type in our words, all else in those of whoever failed. */
    static String reason(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) return "no answer in time";
        if (refused(status)) return "Connection refused, nobody listens there";
        Throwable cause = status.getCause();
        return switch (cause) {
            case NoRouteToHostException _ -> "there is no route to its machine";
            case UnknownHostException _, UnresolvedAddressException _ -> "its host name is not known here";
            case ConnectException _ -> "no connection was made in time";
            case null -> status.getDescription() == null ? status.getCode().name() : status.getDescription();
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    private static boolean neverConnected(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException
                    || cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) return true;
        }
        return false;
    }
}
