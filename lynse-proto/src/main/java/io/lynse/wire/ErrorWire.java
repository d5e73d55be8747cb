package io.lynse.wire;

import io.lynse.error.LynseError;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.ErrorDetail;
import io.lynse.wire.v1.KeyReused;
import java.time.Duration;

/** {@link LynseError} as it travels in gRPC trailers and in write results. */
public final class ErrorWire {

    private ErrorWire() {}

    public static ErrorDetail detail(LynseError error) {
        var out = ErrorDetail.newBuilder();
        switch (error) {
            case LynseError.InvalidArgument(var field, var reason) -> out.getInvalidArgumentBuilder().setField(field).setReason(reason);
            case LynseError.NotFound(var kind, var name) -> out.getNotFoundBuilder().setKind(kind).setName(name);
            case LynseError.AlreadyExists(var kind, var name) -> out.getAlreadyExistsBuilder().setKind(kind).setName(name);
            case LynseError.StaleEpoch(var given, var current) -> out.getStaleEpochBuilder().setGiven(given.value()).setCurrent(current.value());
            case LynseError.NotPrimary(var group, var reason) -> out.getNotPrimaryBuilder().setGroup(group.value()).setReason(reason);
            case LynseError.Unavailable(var reason, var after) -> out.getUnavailableBuilder().setReason(reason).setRetryAfterMillis(after.toMillis());
            case LynseError.Overloaded(var reason, var after) -> out.getOverloadedBuilder().setReason(reason).setRetryAfterMillis(after.toMillis());
            case LynseError.OutcomeUnknown(var reason) -> out.getOutcomeUnknownBuilder().setReason(reason);
            case LynseError.Unauthorized(var reason) -> out.getUnauthorizedBuilder().setReason(reason);
            case LynseError.Unsupported(var feature) -> out.getUnsupportedBuilder().setFeature(feature);
            case LynseError.Conflict(var reason) -> out.getConflictBuilder().setReason(reason);
            case LynseError.EmptyCollection(var name) -> out.getEmptyCollectionBuilder().setName(name);
            case LynseError.PayloadTooLarge(var bytes, var limit) -> out.getPayloadTooLargeBuilder().setBytes(bytes).setLimit(limit);
            case LynseError.DeadlineExceeded(var reason) -> out.getDeadlineExceededBuilder().setReason(reason);
            case LynseError.KeyReused() -> out.setKeyReused(KeyReused.getDefaultInstance());
            case LynseError.Internal(var reason) -> out.getInternalBuilder().setReason(reason);
            case LynseError.PartialWrite partial -> out.getPartialWriteBuilder()
                    .setReason(partial.reason())
                    .addAllWritten(partial.written().stream().map(Wire::id).toList())
                    .addAllRefused(partial.refused().stream().map(Wire::id).toList())
                    .addAllUnknown(partial.unknown().stream().map(Wire::id).toList());
        }
        return out.build();
    }

    public static LynseError error(ErrorDetail detail) {
        return switch (detail.getErrorCase()) {
            case INVALID_ARGUMENT -> new LynseError.InvalidArgument(detail.getInvalidArgument().getField(), detail.getInvalidArgument().getReason());
            case NOT_FOUND -> new LynseError.NotFound(detail.getNotFound().getKind(), detail.getNotFound().getName());
            case ALREADY_EXISTS -> new LynseError.AlreadyExists(detail.getAlreadyExists().getKind(), detail.getAlreadyExists().getName());
            case STALE_EPOCH -> new LynseError.StaleEpoch(new Epoch(detail.getStaleEpoch().getGiven()), new Epoch(detail.getStaleEpoch().getCurrent()));
            case NOT_PRIMARY -> new LynseError.NotPrimary(new ShardGroupId(detail.getNotPrimary().getGroup()), detail.getNotPrimary().getReason());
            case UNAVAILABLE -> new LynseError.Unavailable(
                    detail.getUnavailable().getReason(), Duration.ofMillis(detail.getUnavailable().getRetryAfterMillis()));
            case OVERLOADED -> new LynseError.Overloaded(
                    detail.getOverloaded().getReason(), Duration.ofMillis(detail.getOverloaded().getRetryAfterMillis()));
            case OUTCOME_UNKNOWN -> new LynseError.OutcomeUnknown(detail.getOutcomeUnknown().getReason());
            case UNAUTHORIZED -> new LynseError.Unauthorized(detail.getUnauthorized().getReason());
            case UNSUPPORTED -> new LynseError.Unsupported(detail.getUnsupported().getFeature());
            case CONFLICT -> new LynseError.Conflict(detail.getConflict().getReason());
            case EMPTY_COLLECTION -> new LynseError.EmptyCollection(detail.getEmptyCollection().getName());
            case PAYLOAD_TOO_LARGE -> new LynseError.PayloadTooLarge(detail.getPayloadTooLarge().getBytes(), detail.getPayloadTooLarge().getLimit());
            case DEADLINE_EXCEEDED -> new LynseError.DeadlineExceeded(detail.getDeadlineExceeded().getReason());
            case KEY_REUSED -> new LynseError.KeyReused();
            case INTERNAL -> new LynseError.Internal(detail.getInternal().getReason());
            case PARTIAL_WRITE -> new LynseError.PartialWrite(
                    detail.getPartialWrite().getReason(),
                    detail.getPartialWrite().getWrittenList().stream().map(Wire::id).toList(),
                    detail.getPartialWrite().getRefusedList().stream().map(Wire::id).toList(),
                    detail.getPartialWrite().getUnknownList().stream().map(Wire::id).toList());
            case ERROR_NOT_SET -> new LynseError.Internal("an error of a newer version, unknown here");
        };
    }
}
