package io.lynse.shard.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages that are sent never faster than the caller reads: each is given to the transport only when it can take one, so a slow reader
 * holds one in memory, not all.
 *
 * <p>They are sent on a thread of its own. gRPC tells readiness on the thread that delivers the call's other events, one at a time: waiting for it
 * there would wait for ever.
 */
final class PacedReply<R> {

    private final ServerCallStreamObserver<R> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Must be made before the method that serves the call returns. */
    PacedReply(StreamObserver<R> reply) {
        this.call = (ServerCallStreamObserver<R>) reply;
        call.setOnReadyHandler(this::signal);
        call.setOnCancelHandler(this::signal);
    }

    /** Waits until the transport can take a message, and sends it. @throws IOException if the caller has gone away, or the node stops */
    void send(R message) throws IOException {
        awaitReady();
        call.onNext(message);
    }

    void complete() {
        call.onCompleted();
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
}
