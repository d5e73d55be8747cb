package io.lynse.shard.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.v1.Chunk;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkedReplyTest {

    /** A caller that takes as many messages as it is allowed to. */
    private static final class Caller extends ServerCallStreamObserver<Chunk> {

        final List<Chunk> sent = new CopyOnWriteArrayList<>();
        final AtomicInteger window = new AtomicInteger();
        volatile boolean cancelled;
        volatile boolean completed;
        volatile @Nullable Throwable failure;
        private Runnable onReady = () -> {};
        private Runnable onCancel = () -> {};

        void takes(int more) {
            window.addAndGet(more);
            onReady.run();
        }

        void goesAway() {
            cancelled = true;
            onCancel.run();
        }

        @Override
        public boolean isReady() {
            return window.get() > 0;
        }

        @Override
        public void onNext(Chunk chunk) {
            if (window.getAndDecrement() <= 0) throw new AssertionError("sent to a caller that was not ready");
            sent.add(chunk);
        }

        @Override
        public void onError(Throwable thrown) {
            failure = thrown;
        }

        @Override
        public void onCompleted() {
            completed = true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void setCompression(String compression) {}
    }

    // 2.5 MiB: three chunks.
    private static final Chunk ANSWER = Chunk.newBuilder().setData(ByteString.copyFrom(new byte[5 << 19])).build();

    @Test
    void sendsOnlyWhatTheCallerTakes() throws Exception {
        var caller = new Caller();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            new ChunkedReply(caller).send(executor, RequestMemory.unbounded(), () -> new BulkMessage(ANSWER));
            caller.takes(1);
            await().until(() -> caller.sent.size() == 1);
            assertThat(caller.completed).isFalse();
            caller.takes(2);
            await().until(() -> caller.completed);
        }
        assertThat(caller.sent).allSatisfy(chunk -> assertThat(chunk.getData().size()).isLessThanOrEqualTo(1 << 20));
        ByteString joined = caller.sent.stream().map(Chunk::getData).reduce(ByteString.EMPTY, ByteString::concat);
        assertThat(Chunk.parseFrom(joined)).isEqualTo(ANSWER);
    }

    @Test
    void endsWithTheCaller() {
        var caller = new Caller();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            new ChunkedReply(caller).send(executor, RequestMemory.unbounded(), () -> new BulkMessage(ANSWER));
            caller.takes(1);
            await().until(() -> caller.sent.size() == 1);
            caller.goesAway();
        } // closing waits for the sender: it has ended
        assertThat(caller.completed).isFalse();
        assertThat(caller.failure).isNull();
    }

    @Test
    void anAnswerThatCannotBeMadeIsAnError() {
        var caller = new Caller();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            new ChunkedReply(caller).send(executor, RequestMemory.unbounded(), () -> {
                throw new IllegalStateException("planted: this is the failure that the test wants to see logged");
            });
        }
        assertThat(caller.failure).hasMessageContaining("internal error");
        assertThat(caller.sent).isEmpty();
    }
}
