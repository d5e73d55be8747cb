package io.lynse.shard.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.stub.StreamObserver;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.v1.Chunk;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a request that comes in chunks, within its memory. One call, one thread at a time, as gRPC delivers it.
 */
final class ChunkedRequest implements StreamObserver<Chunk> {

    private static final int FIRST_BYTES = 64 * 1024;

    private final long bytesMax;
    private final Consumer<Gathered> whole;
    private final Consumer<RuntimeException> failed;
    private final RequestMemory memory;
    private @Nullable ByteBuffer bytes;
    private boolean over;

    /** The whole request, and the memory in which it lies, which its consumer closes. */
    record Gathered(ByteBuffer bytes, RequestMemory memory) {

        /**
         * Takes the message apart without copying its large field.
         * @throws LynseException InvalidArgument if the bytes are no such message
         */
        <M> Parsed<M> parsed(Parser<M> parser, int largeField) {
            try {
                BulkMessage.Split split = BulkMessage.split(bytes, largeField);
                return new Parsed<>(parser.parseFrom(split.head()), split.parts().getFirst());
            } catch (InvalidProtocolBufferException malformed) {
                throw new LynseException(LynseError.invalid("data", "malformed request: " + malformed.getMessage()), malformed);
            }
        }
    }

    /** @param large a view of the field that is not in the message */
    record Parsed<M>(M message, ByteBuffer large) {}

    /**
     * @param whole  called once when everything has come
     * @param failed called once when the request cannot be taken
     */
    ChunkedRequest(RequestMemory memory, long bytesMax, Consumer<Gathered> whole, Consumer<RuntimeException> failed) {
        this.memory = memory;
        this.bytesMax = bytesMax;
        this.whole = whole;
        this.failed = failed;
    }

    @Override
    public void onNext(Chunk chunk) {
        if (over) return;
        ByteBuffer before = bytes;
        long total = (before == null ? 0L : before.position()) + chunk.getData().size();
        try {
            if (total > bytesMax) throw new LynseException(new LynseError.PayloadTooLarge(total, bytesMax));
            ByteBuffer into = before == null ? memory.allocate(Math.max(FIRST_BYTES, total)) : before;
            if (into.capacity() < total) into = memory.grown(into, Math.max(total, Math.min(2L * into.capacity(), bytesMax)));
            chunk.getData().copyTo(into);
            bytes = into;
        } catch (LynseException refused) {
            end();
            failed.accept(refused);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        end();
    }

    @Override
    public void onCompleted() {
        if (over) return;
        over = true;
        ByteBuffer all = bytes;
        whole.accept(new Gathered(all == null ? ByteBuffer.allocate(0) : all.flip(), memory));
    }

    private void end() {
        if (over) return;
        over = true;
        bytes = null;
        memory.close();
    }
}
