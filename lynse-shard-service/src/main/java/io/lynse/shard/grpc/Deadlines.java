package io.lynse.shard.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Every call of the data path says how long its caller waits: one without a deadline could hold threads and bytes for ever.
 * Only these are asked; health checks and reflection come from tools that may not set one.
 */
final class Deadlines implements ServerInterceptor {

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (Context.current().getDeadline() != null) return next.startCall(call, headers);
        StatusRuntimeException refused = GrpcErrors.toGrpc(LynseError.invalid("deadline", "a call must carry a deadline"));
        Metadata trailers = refused.getTrailers();
        call.close(refused.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }

    /** The deadline of the call that is being served. @throws LynseException InvalidArgument if it has none */
    static Deadline current() {
        io.grpc.Deadline deadline = Context.current().getDeadline();
        if (deadline == null) throw new LynseException(LynseError.invalid("deadline", "a call must carry a deadline"));
        return Deadline.after(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }
}
