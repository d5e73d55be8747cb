package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.stub.StreamObserver;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.wire.v1.Chunk;
import java.util.function.Consumer;

/**
 * Gathers a request that comes in chunks, within the node's budget. One call, one thread at a time, as gRPC delivers it.
 */
final class ChunkedRequest implements StreamObserver<Chunk> {

    private final long bytesMax;
    private final Consumer<Gathered> whole;
    private final Consumer<RuntimeException> failed;
    private final ByteBudget.Share share;
    private ByteString bytes = ByteString.EMPTY;
    private boolean over;

    /** The whole request, and the share of the budget that it holds until its consumer closes it. */
    record Gathered(ByteString bytes, ByteBudget.Share share) {

        /** @throws LynseException InvalidArgument if the bytes are no such message */
        <M> M parsed(Parser<M> parser) {
            try {
                return parser.parseFrom(bytes);
            } catch (InvalidProtocolBufferException malformed) {
                throw new LynseException(LynseError.invalid("data", "malformed request: " + malformed.getMessage()), malformed);
            }
        }
    }

    /**
     * @param whole  called once when everything has come
     * @param failed called once when the request cannot be taken
     */
    ChunkedRequest(ByteBudget budget, long bytesMax, Consumer<Gathered> whole, Consumer<RuntimeException> failed) {
        this.bytesMax = bytesMax;
        this.whole = whole;
        this.failed = failed;
        this.share = budget.share();
    }

    @Override
    public void onNext(Chunk chunk) {
        if (over) return;
        long total = (long) bytes.size() + chunk.getData().size();
        try {
            if (total > bytesMax) throw new LynseException(new LynseError.PayloadTooLarge(total, bytesMax));
            share.grow(chunk.getData().size());
        } catch (LynseException refused) {
            end();
            failed.accept(refused);
            return;
        }
        bytes = bytes.concat(chunk.getData());
    }

    @Override
    public void onError(Throwable cancelled) {
        end();
    }

    @Override
    public void onCompleted() {
        if (over) return;
        over = true;
        whole.accept(new Gathered(bytes, share));
    }

    private void end() {
        over = true;
        share.close();
        bytes = ByteString.EMPTY;
    }
}
