package io.lynse.shard.grpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a call ends: with its answer, with a caller's error, or with "internal" and one line in the log. */
final class Replies {

    private static final Logger log = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    /** Answers a call by what {@code work} gives or throws. */
    static <R> void answer(StreamObserver<R> reply, Supplier<R> work) {
        R answer;
        try {
            answer = work.get();
        } catch (RuntimeException failure) {
            reply.onError(status(failure));
            return;
        }
        reply.onNext(answer);
        reply.onCompleted();
    }

    /** A caller that has gone away is no error of ours: without a handler an answer to it would throw. */
    static <R> ServerCallStreamObserver<R> toleratingCancel(StreamObserver<R> reply) {
        var call = (ServerCallStreamObserver<R>) reply;
        call.setOnCancelHandler(() -> {});
        return call;
    }

    static StatusRuntimeException status(RuntimeException failure) {
        if (failure instanceof LynseException known) return GrpcErrors.toGrpc(known.error());
        log.atError().setCause(failure).log("call failed");
        return GrpcErrors.toGrpc(new LynseError.Internal("internal error, see the log of the node"));
    }

    /** Runs a decoder. @throws LynseException InvalidArgument with the reason the decoder gave */
    static <T> T decoded(String field, Supplier<T> decoder) {
        try {
            return decoder.get();
        } catch (IllegalArgumentException malformed) {
            throw new LynseException(LynseError.invalid(field, String.valueOf(malformed.getMessage())), malformed);
        }
    }
}
