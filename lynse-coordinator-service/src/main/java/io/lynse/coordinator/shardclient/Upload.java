package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.ChunkStream;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message in chunks, each made when the transport can take it: of a large one that lies outside the heap, a chunk at a time is on
 * it. The message stays as it is, and can be sent again.
 */
final class Upload {

    /** Below half a region of the collector's at a heap of 512 MB: larger arrays would each take whole regions. */
    private static final int CHUNK_BYTES = 256 << 10;

    private Upload() {}

    /**
     * Returns when everything is sent, or the call is closed; reading from it tells.
     * @param request makes a message of the call of a chunk
     */
    static <Q> void send(BulkMessage message, BlockingClientCall<Q, ?> call, Function<ByteString, Q> request)
            throws StatusException, InterruptedException {
        try {
            message.writeTo(new ChunkStream(message.size(), CHUNK_BYTES, chunk -> offer(call, request.apply(chunk))));
        } catch (Ended ended) {
            ended.rethrow();
            return;
        } catch (IOException | RuntimeException broken) {
            call.cancel("the message cannot be sent to its end", broken);
            throw broken instanceof RuntimeException bug ? bug : new IllegalStateException(broken);
        }
        call.halfClose();
    }

    private static <Q> void offer(BlockingClientCall<Q, ?> call, Q request) throws Ended {
        try {
            if (!call.write(request)) throw new Ended(null);
        } catch (StatusException | InterruptedException why) {
            throw new Ended(why);
        }
    }

    /** Carries the end of a call through the stream that was being written. */
    private static final class Ended extends IOException {

        Ended(@Nullable Exception why) {
            super(why);
        }

        void rethrow() throws StatusException, InterruptedException {
            switch (getCause()) {
                case StatusException status -> throw status;
                case InterruptedException stopped -> throw stopped;
                case null, default -> {} // closed: it has its status
            }
        }
    }
}
