package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.v1.BatchSearchReply;
import io.lynse.wire.v1.BatchSearchRequest;
import io.lynse.wire.v1.CheckpointReply;
import io.lynse.wire.v1.CheckpointRequest;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.DescribeCollectionRequest;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.Fence;
import io.lynse.wire.v1.ListCollectionsReply;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.RowsReply;
import io.lynse.wire.v1.SearchReply;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.util.concurrent.TimeUnit;

/**
 * One shard node over gRPC. Every call blocks until it is answered or the deadline has passed; callers run on virtual threads.
 * Failures are {@link LynseException}: what the node said, or what {@link CallErrors} makes of the transport's failure.
 */
public final class ShardClient implements AutoCloseable {

    /** Version of the entries this coordinator writes; a type's meaning never changes within a version. */
    private static final int ENTRY_VERSION = 1;

    private static final int CHUNK_BYTES = 1 << 20;

    private final NodeAddress address;
    private final ManagedChannel channel;
    private final ShardGrpc.ShardBlockingV2Stub stub;

    public ShardClient(NodeAddress address, ManagedChannel channel) {
        this.address = address;
        this.channel = channel;
        this.stub = ShardGrpc.newBlockingV2Stub(channel);
    }

    public NodeAddress address() {
        return address;
    }

    /**
     * Appends one entry and returns what applying it did.
     * @throws LynseException what was decided at apply if it refused; OutcomeUnknown if the entry may have been appended
     */
    public WriteReply write(Fence fence, EntryType type, ByteString entry, Deadline deadline) {
        WriteReply reply = call(CallErrors.Kind.WRITE, () -> {
            BlockingClientCall<WriteChunk, WriteReply> call = within(deadline).write();
            var header = WriteHeader.newBuilder()
                    .setFence(fence)
                    .setEntryType(type.getNumber())
                    .setEntryVersion(ENTRY_VERSION)
                    .setEntryBytes(entry.size());
            boolean open = call.write(WriteChunk.newBuilder().setHeader(header).build());
            for (int at = 0; open && at < entry.size(); at += CHUNK_BYTES) {
                ByteString data = entry.substring(at, Math.min(entry.size(), at + CHUNK_BYTES));
                open = call.write(WriteChunk.newBuilder().setData(data).build());
            }
            // A closed call has its status already: reading throws it.
            if (open) call.halfClose();
            return call.read();
        });
        if (reply.getResultCase() == WriteReply.ResultCase.REFUSED) throw new LynseException(ErrorWire.error(reply.getRefused()));
        return reply;
    }

    public SearchReply search(SearchRequest request, Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> within(deadline).search(request));
    }

    public BatchSearchReply batchSearch(BatchSearchRequest request, Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> {
            BlockingClientCall<Chunk, Chunk> call = within(deadline).batchSearch();
            ByteString body = request.toByteString();
            boolean open = true;
            for (int at = 0; open && at < body.size(); at += CHUNK_BYTES) {
                open = call.write(Chunk.newBuilder().setData(body.substring(at, Math.min(body.size(), at + CHUNK_BYTES))).build());
            }
            if (open) call.halfClose();
            return BatchSearchReply.parseFrom(joined(call));
        });
    }

    public RowsReply readRows(ReadRowsRequest request, Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> RowsReply.parseFrom(joined(within(deadline).readRows(request))));
    }

    public CollectionState describe(DescribeCollectionRequest request, Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> within(deadline).describeCollection(request));
    }

    public ListCollectionsReply list(ListCollectionsRequest request, Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> within(deadline).listCollections(request));
    }

    public CheckpointReply checkpoint(CheckpointRequest request, Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> within(deadline).checkpoint(request));
    }

    /** Unlike every other call it passes the transport's own failure on: a prober looks closer than anybody else. */
    public ProbeReply probe(ProbeRequest request, Deadline deadline) throws StatusException {
        return within(deadline).probe(request);
    }

    private ShardGrpc.ShardBlockingV2Stub within(Deadline deadline) {
        // A node that came back is found at once, not when gRPC's growing pause between attempts is over.
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) channel.resetConnectBackoff();
        return stub.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    private static ByteString joined(BlockingClientCall<?, Chunk> call) throws InterruptedException, StatusException {
        ByteString all = ByteString.EMPTY;
        while (call.hasNext()) all = all.concat(call.read().getData());
        return all;
    }

    private interface Call<T> {
        T get() throws StatusException, InterruptedException, InvalidProtocolBufferException;
    }

    private <T> T call(CallErrors.Kind kind, Call<T> call) {
        try {
            return call.get();
        } catch (StatusException | StatusRuntimeException failed) {
            throw CallErrors.of(address, kind, failed);
        } catch (InvalidProtocolBufferException garbled) {
            throw new LynseException(new LynseError.Internal(address + " sent an answer that cannot be read"), garbled);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.OutcomeUnknown("this coordinator is stopping"), stopped);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
