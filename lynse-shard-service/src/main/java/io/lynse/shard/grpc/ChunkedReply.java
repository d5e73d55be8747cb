package io.lynse.shard.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.v1.Chunk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
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
                try (var out = new Chunks(message.size())) {
                    message.writeTo(out);
                }
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

    /** Cuts what is written into chunks. A chunk's array is given away, so each has its own. */
    private final class Chunks extends OutputStream {

        private long left;
        private byte[] chunk = new byte[0];
        private int used;

        Chunks(long bytes) {
            this.left = bytes;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            int at = from;
            int end = from + count;
            while (at < end) {
                if (used == chunk.length) {
                    emit();
                    chunk = new byte[(int) Math.min(left, CHUNK_BYTES_MAX)];
                    left -= chunk.length;
                }
                int part = Math.min(end - at, chunk.length - used);
                System.arraycopy(bytes, at, chunk, used, part);
                used += part;
                at += part;
            }
        }

        @Override
        public void close() throws IOException {
            emit();
        }

        private void emit() throws IOException {
            if (used == 0) return;
            awaitReady();
            call.onNext(Chunk.newBuilder().setData(UnsafeByteOperations.unsafeWrap(chunk, 0, used)).build());
            used = 0;
            chunk = new byte[0];
        }
    }
}
