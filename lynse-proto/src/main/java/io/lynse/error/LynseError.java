package io.lynse.error;

import io.lynse.model.Epoch;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;

/** All that a caller can be told. A new case is worth adding only if callers should then act differently. */
public sealed interface LynseError {

    /** What happened, to whom, and what to do next; shown to people and matched by clients. */
    String message();

    /** The caller's mistake; {@code reason} names the field or the value. Nothing was changed. */
    record InvalidArgument(String field, String reason) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    /** @param kind what is missing: {@code database}, {@code collection} */
    record NotFound(String kind, String name) implements LynseError {
        @Override
        public String message() {
            return capitalised(kind) + " not found: " + name;
        }
    }

    record AlreadyExists(String kind, String name) implements LynseError {
        @Override
        public String message() {
            return capitalised(kind) + " already exists: " + name;
        }
    }

    /** The caller's view of the group is older than this member's. Not appended. */
    record StaleEpoch(Epoch given, Epoch current) implements LynseError {
        @Override
        public String message() {
            return "primary epoch " + given + " is superseded by " + current;
        }
    }

    /** This member does not lead the group in the epoch asked for. Not appended. */
    record NotPrimary(ShardGroupId group, String reason) implements LynseError {
        @Override
        public String message() {
            return "not the primary of shard group " + group + ": " + reason;
        }
    }

    /** Cannot be served now; a definite refusal, nothing was appended. */
    record Unavailable(String reason, Duration retryAfter) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    /** More work than the bounded queues take; a definite refusal, nothing was appended. */
    record Overloaded(String reason, Duration retryAfter) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    /** Sent but not confirmed: it may have happened. */
    record OutcomeUnknown(String reason) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    /** A read that was not answered in time: it changes nothing, so nothing is in doubt. */
    record DeadlineExceeded(String reason) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    record Unauthorized(String reason) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    /** A documented feature that is not built yet. */
    record Unsupported(String feature) implements LynseError {
        @Override
        public String message() {
            return "not supported yet: " + feature;
        }
    }

    /** The request is well formed but does not fit what is there. */
    record Conflict(String reason) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    /** A client's idempotency key names another request already. Nothing was changed. */
    record KeyReused() implements LynseError {
        @Override
        public String message() {
            return "Idempotency-Key: the key was used for another request; a new request needs a new key";
        }
    }

    /** An approximate index was asked for on a collection without rows. */
    record EmptyCollection(String name) implements LynseError {
        @Override
        public String message() {
            return "Empty database";
        }
    }

    record PayloadTooLarge(long bytes, long limit) implements LynseError {
        @Override
        public String message() {
            return "payload reached size limit: " + bytes + " bytes, limit " + limit;
        }
    }

    /** A batch over several groups that failed in some: every id stands in exactly one list. */
    record PartialWrite(String reason, List<RowId> written, List<RowId> refused, List<RowId> unknown) implements LynseError {
        public PartialWrite {
            written = List.copyOf(written);
            refused = List.copyOf(refused);
            unknown = List.copyOf(unknown);
        }

        @Override
        public String message() {
            return reason;
        }
    }

    /** Our own fault or the disk's. The details are in the log of the node, under the request's id. */
    record Internal(String reason) implements LynseError {
        @Override
        public String message() {
            return reason;
        }
    }

    static InvalidArgument invalid(String field, String reason) {
        return new InvalidArgument(field, reason);
    }

    private static String capitalised(String kind) {
        return Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
    }
}
