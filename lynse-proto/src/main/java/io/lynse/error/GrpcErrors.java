package io.lynse.error;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.v1.ErrorDetail;
import java.util.Optional;

/** The one mapping between {@link LynseError} and gRPC: a status for any tool, the whole error in the trailer {@code lynse-error-bin}. */
public final class GrpcErrors {

    private static final Metadata.Key<ErrorDetail> DETAIL =
            Metadata.Key.of("lynse-error-bin", ProtoUtils.metadataMarshaller(ErrorDetail.getDefaultInstance()));

    private GrpcErrors() {}

    public static StatusRuntimeException toGrpc(LynseError error) {
        var trailers = new Metadata();
        trailers.put(DETAIL, ErrorWire.detail(error));
        return code(error).toStatus().withDescription(error.message()).asRuntimeException(trailers);
    }

    /** The error that a member sent; empty when the failure is the transport's, so that the caller must judge it by its status. */
    public static Optional<LynseError> fromGrpc(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        if (trailers == null) return Optional.empty();
        return Optional.ofNullable(trailers.get(DETAIL)).map(ErrorWire::error);
    }

    private static Status.Code code(LynseError error) {
        return switch (error) {
            case LynseError.InvalidArgument _, LynseError.EmptyCollection _ -> Status.Code.INVALID_ARGUMENT;
            case LynseError.NotFound _ -> Status.Code.NOT_FOUND;
            case LynseError.AlreadyExists _ -> Status.Code.ALREADY_EXISTS;
            case LynseError.StaleEpoch _, LynseError.NotPrimary _ -> Status.Code.ABORTED;
            case LynseError.Conflict _, LynseError.KeyReused _ -> Status.Code.FAILED_PRECONDITION;
            case LynseError.Unavailable _ -> Status.Code.UNAVAILABLE;
            case LynseError.Overloaded _, LynseError.PayloadTooLarge _ -> Status.Code.RESOURCE_EXHAUSTED;
            case LynseError.OutcomeUnknown _, LynseError.DeadlineExceeded _ -> Status.Code.DEADLINE_EXCEEDED;
            case LynseError.Unauthorized _ -> Status.Code.UNAUTHENTICATED;
            case LynseError.Unsupported _ -> Status.Code.UNIMPLEMENTED;
            case LynseError.PartialWrite _ -> Status.Code.UNKNOWN;
            case LynseError.Internal _ -> Status.Code.INTERNAL;
        };
    }
}
