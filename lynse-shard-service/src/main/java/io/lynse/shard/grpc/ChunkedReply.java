package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.ChunkStream;
import io.lynse.wire.v1.Chunk;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** An answer that may be larger than one message, sent in chunks of at most 1 MiB, {@linkplain PacedReply as the caller reads them}. */
final class ChunkedReply {

    private static final int CHUNK_BYTES_MAX = 1 << 20;

    private final PacedReply<Chunk> call;

    /** Must be made before the method that serves the call returns. */
    ChunkedReply(StreamObserver<Chunk> reply) {
        this.call = new PacedReply<>(reply);
    }

    /**
     * Makes the answer and sends it; a failure to make it ends the call with that error.
     * @param memory in which the answer lies; closed when it is sent
     */
    void send(Executor executor, RequestMemory memory, Supplier<BulkMessage> answer) {
        executor.execute(Context.current().wrap(() -> {
            try (memory) {
                BulkMessage message = answer.get();
                message.writeTo(new ChunkStream(message.size(), CHUNK_BYTES_MAX, this::emit));
                call.complete();
            } catch (IOException gone) {
                // The caller went away or its deadline has passed: there is nobody to tell.
            } catch (RuntimeException failure) {
                call.fail(failure);
            }
        }));
    }

    void fail(RuntimeException failure) {
        call.fail(failure);
    }

    private void emit(ByteString chunk) throws IOException {
        call.send(Chunk.newBuilder().setData(chunk).build());
    }
}
