package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.Query;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.AwaitIndexRequest;
import io.lynse.wire.v1.BatchSearchReply;
import io.lynse.wire.v1.BatchSearchRequest;
import io.lynse.wire.v1.CheckpointReply;
import io.lynse.wire.v1.CheckpointRequest;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.DescribeCollectionRequest;
import io.lynse.wire.v1.IndexReport;
import io.lynse.wire.v1.ListCollectionsReply;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.RowsReply;
import io.lynse.wire.v1.SearchReply;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard node over gRPC. Every call blocks until it is answered or the deadline has passed; callers run on virtual threads.
 * Failures are {@link LynseException}: what the node said, or what {@link CallErrors} makes of the transport's failure.
 */
public final class ShardClient implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ShardClient.class);

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
     * Appends one entry and waits until it is applied.
     * @return rows that a compaction removed; 0 for every other entry
     * @throws LynseException what was decided at apply if it refused; OutcomeUnknown if the entry may have been appended
     */
    public long append(GroupFence fence, Entry entry, Deadline deadline) {
        ByteString bytes = entry.bytes();
        WriteReply reply = call(CallErrors.Kind.WRITE, () -> {
            BlockingClientCall<WriteChunk, WriteReply> call = within(deadline).write();
            var header = WriteHeader.newBuilder()
                    .setFence(fence.message())
                    .setEntryType(entry.type().getNumber())
                    .setEntryVersion(ENTRY_VERSION)
                    .setEntryBytes(bytes.size());
            boolean open = call.write(WriteChunk.newBuilder().setHeader(header).build());
            for (int at = 0; open && at < bytes.size(); at += CHUNK_BYTES) {
                open = call.write(WriteChunk.newBuilder().setData(chunk(bytes, at)).build());
            }
            // A closed call has its status already: reading throws it.
            if (open) call.halfClose();
            return call.read();
        });
        return switch (reply.getResultCase()) {
            case REFUSED -> throw new LynseException(ErrorWire.error(reply.getRefused()));
            case COMPACTED -> reply.getCompacted().getRemoved();
            default -> 0;
        };
    }

    public GroupHits search(GroupFence fence, CollectionId collection, Query query, Deadline deadline) {
        var request = SearchRequest.newBuilder()
                .setFence(fence.message())
                .setOptions(Wire.options(collection, query.options()))
                .setVector(Wire.vector(query.vector()))
                .build();
        SearchReply reply = call(CallErrors.Kind.READ, () -> within(deadline).search(request));
        return new GroupHits(List.of(Wire.hits(reply.getHits())), reply.getHoldsTextIds());
    }

    /** @param queries float32, one per row */
    public GroupHits batchSearch(GroupFence fence, CollectionId collection, Vectors queries, Query.Options options, Deadline deadline) {
        ByteString body = BatchSearchRequest.newBuilder()
                .setFence(fence.message())
                .setOptions(Wire.options(collection, options))
                .setQueries(queries.count())
                .setDimension(queries.dimension())
                .setVectors(UnsafeByteOperations.unsafeWrap(queries.data().duplicate()))
                .build()
                .toByteString();
        BatchSearchReply reply = call(CallErrors.Kind.READ, () -> {
            BlockingClientCall<Chunk, Chunk> call = within(deadline).batchSearch();
            boolean open = true;
            for (int at = 0; open && at < body.size(); at += CHUNK_BYTES) {
                open = call.write(Chunk.newBuilder().setData(chunk(body, at)).build());
            }
            if (open) call.halfClose();
            return BatchSearchReply.parseFrom(joined(call));
        });
        return new GroupHits(reply.getResultsList().stream().map(Wire::hits).toList(), reply.getHoldsTextIds());
    }

    /** Rows that are named and missing are left out. */
    public Rows readRows(
            GroupFence fence, CollectionId collection, RowSelection selection, boolean withVectors, boolean withFields, Deadline deadline) {
        var request = ReadRowsRequest.newBuilder()
                .setFence(fence.message())
                .setCollectionId(collection.value())
                .setWithoutVectors(!withVectors)
                .setWithoutFields(!withFields);
        Wire.select(request, selection);
        return Wire.rows(call(CallErrors.Kind.READ, () -> RowsReply.parseFrom(joined(within(deadline).readRows(request.build())))));
    }

    public CollectionStats describe(GroupFence fence, CollectionId collection, boolean withFieldNames, Deadline deadline) {
        var request = DescribeCollectionRequest.newBuilder()
                .setFence(fence.message())
                .setCollectionId(collection.value())
                .setWithFieldNames(withFieldNames)
                .build();
        return Wire.stats(call(CallErrors.Kind.READ, () -> within(deadline).describeCollection(request)));
    }

    /** Waits on the node until it has built the collection's index, at most as long. */
    public IndexProgress awaitIndex(GroupFence fence, CollectionId collection, Duration wait, Deadline deadline) {
        var request = AwaitIndexRequest.newBuilder()
                .setFence(fence.message())
                .setCollectionId(collection.value())
                .setWaitMillis(Math.toIntExact(wait.toMillis()))
                .build();
        IndexReport report = call(CallErrors.Kind.READ, () -> within(deadline).awaitIndex(request));
        return new IndexProgress(report.getBuilding(), report.getFailed(), report.getState());
    }

    public Holdings list(GroupFence fence, Deadline deadline) {
        var request = ListCollectionsRequest.newBuilder().setFence(fence.message()).build();
        ListCollectionsReply reply = call(CallErrors.Kind.READ, () -> within(deadline).listCollections(request));
        return new Holdings(
                List.copyOf(reply.getDatabasesList()),
                reply.getCollectionsList().stream().map(state -> Wire.stats(state).info()).toList());
    }

    public void checkpoint(GroupFence fence, CollectionId collection, Deadline deadline) {
        var request = CheckpointRequest.newBuilder().setFence(fence.message()).setCollectionId(collection.value()).build();
        CheckpointReply done = call(CallErrors.Kind.READ, () -> within(deadline).checkpoint(request));
        log.atDebug().addKeyValue("node", address).addKeyValue("folded_lsn", done.getFoldedLsn()).log("checkpoint");
    }

    /** Shows the node its group's view and takes back how it is. Never throws: a prober wants to know in what way a node is silent. */
    public ProbeOutcome probe(View view, Deadline deadline) {
        var request = ProbeRequest.newBuilder().setView(view.message()).setUri(address.uri()).build();
        try {
            return new ProbeOutcome.Answered(NodeReport.of(within(deadline).probe(request)));
        } catch (StatusException | StatusRuntimeException failed) {
            Status status = Status.fromThrowable(failed);
            return switch (status.getCode()) {
                case UNAUTHENTICATED, PERMISSION_DENIED ->
                    new ProbeOutcome.Refused("wrong_key", "it refuses this coordinator's key: check --shard-api-key");
                case UNIMPLEMENTED -> new ProbeOutcome.Refused("wrong_version", "it speaks another version of the protocol");
                default -> new ProbeOutcome.NoAnswer(CallErrors.reason(status));
            };
        } catch (IllegalArgumentException garbled) {
            return new ProbeOutcome.Refused("wrong_version", "its answer makes no sense: " + garbled.getMessage());
        }
    }

    private static ByteString chunk(ByteString all, int at) {
        return all.substring(at, Math.min(all.size(), at + CHUNK_BYTES));
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
