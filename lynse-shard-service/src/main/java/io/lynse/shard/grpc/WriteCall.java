package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.shard.entry.Entry;
import io.lynse.shard.membership.Fence;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One write on its way in: a header that says how much is to come, then the bytes of one log entry. It is taken in full
 * before anything is appended, so a slow caller holds up nobody but itself, and what it may hold is reserved at once from the
 * node's budgets. One call, one thread at a time, as gRPC delivers it.
 */
final class WriteCall implements StreamObserver<WriteChunk> {

    /** What happens with the whole entry. */
    interface Appender {
        /**
         * Returns when the entry is applied.
         * @param lease  under which a coordinator decided it; null: under none
         * @param memory in which the entry lies; to be retained if it is needed longer than that
         * @throws LynseException as the caller is to see it
         */
        WriteReply append(Fence fence, @Nullable LeaseEpoch lease, Entry entry, RequestMemory memory);

        /** Whether an append with this fence could be taken now. @throws LynseException if not */
        void require(Fence fence);
    }

    private final StreamObserver<WriteReply> reply;
    private final Appender appender;
    private final long entryBytesMax;
    private final RequestMemory memory;
    private @Nullable Incoming incoming;
    private boolean over;

    /** A header that was accepted, and the entry as far as it has come. */
    private record Incoming(Fence fence, @Nullable LeaseEpoch lease, int type, int version, ByteBuffer payload) {}

    WriteCall(StreamObserver<WriteReply> reply, Appender appender, RequestMemory memory, long entryBytesMax) {
        this.reply = reply;
        this.appender = appender;
        this.entryBytesMax = entryBytesMax;
        this.memory = memory;
    }

    @Override
    public void onNext(WriteChunk chunk) {
        if (over) return;
        try {
            switch (chunk.getPartCase()) {
                case HEADER -> begin(chunk.getHeader());
                case DATA -> take(chunk.getData());
                case PART_NOT_SET -> throw refused("part", "a chunk is a header or data");
            }
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        end();
    }

    @Override
    public void onCompleted() {
        if (over) return;
        Incoming whole = incoming;
        if (whole == null) {
            fail(refused("header", "a write begins with its header"));
            return;
        }
        if (whole.payload().hasRemaining()) {
            fail(refused("data", "the entry ends " + whole.payload().remaining() + " bytes early"));
            return;
        }
        WriteReply answer;
        try {
            answer = appender.append(whole.fence(), whole.lease(), new Entry(whole.type(), whole.version(), whole.payload().flip()), memory);
        } catch (RuntimeException failure) {
            fail(failure);
            return;
        }
        end();
        reply.onNext(answer);
        reply.onCompleted();
    }

    private void begin(WriteHeader header) {
        if (incoming != null) throw refused("header", "a write has one header");
        Fence fence = Fences.fence(header.getFence());
        // Also before the bytes come: a caller at the wrong door need not carry them in.
        appender.require(fence);
        long bytes = header.getEntryBytes();
        if (bytes < 0 || bytes > entryBytesMax) throw new LynseException(new LynseError.PayloadTooLarge(bytes, entryBytesMax));
        incoming = new Incoming(fence, Fences.lease(header.getFence()), header.getEntryType(), header.getEntryVersion(), memory.allocate(bytes));
    }

    private void take(ByteString data) {
        Incoming begun = incoming;
        if (begun == null) throw refused("header", "a write begins with its header");
        if (data.size() > begun.payload().remaining()) throw refused("data", "the entry is longer than its header says");
        data.copyTo(begun.payload());
    }

    private void fail(RuntimeException failure) {
        end();
        reply.onError(Replies.status(failure));
    }

    private void end() {
        if (over) return;
        over = true;
        incoming = null;
        memory.close();
    }

    private static LynseException refused(String field, String reason) {
        return new LynseException(LynseError.invalid(field, reason));
    }
}
