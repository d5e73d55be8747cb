package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.ChunkStream;
import io.lynse.wire.v1.Chunk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * An answer that may be larger than one message, sent in chunks of at most 1 MiB and never faster than the caller reads:
 * a chunk is given to the transport only when it can take one, so a slow reader holds one answer in memory, not two.
 *
 * <p>The answer is made and sent on a thread of its own. gRPC tells readiness on the thread that delivers the call's other
 * events, one at a time: waiting for it there would wait for ever.
 */
final class ChunkedReply {

    private static final int CHUNK_BYTES_MAX = 1 << 20;

    private final ServerCallStreamObserver<Chunk> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Must be made before the method that serves the call returns. */
    ChunkedReply(StreamObserver<Chunk> reply) {
        this.call = (ServerCallStreamObserver<Chunk>) reply;
        call.setOnReadyHandler(this::signal);
        call.setOnCancelHandler(this::signal);
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
                call.onCompleted();
            } catch (IOException gone) {
                // The caller went away or its deadline has passed: there is nobody to tell.
            } catch (RuntimeException failure) {
                call.onError(Replies.status(failure));
            }
        }));
    }

    void fail(RuntimeException failure) {
        call.onError(Replies.status(failure));
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitReady() throws IOException {
        lock.lock();
        try {
            while (!call.isReady()) {
                if (call.isCancelled()) throw new IOException("the caller has gone away");
                changed.await();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the node is stopping");
        } finally {
            lock.unlock();
        }
    }

    private void emit(ByteString chunk) throws IOException {
        awaitReady();
        call.onNext(Chunk.newBuilder().setData(chunk).build());
    }
}
