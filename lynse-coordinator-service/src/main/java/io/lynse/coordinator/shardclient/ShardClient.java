package io.lynse.coordinator.shardclient;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Query;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.IndexWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.AwaitIndexRequest;
import io.lynse.wire.v1.BatchSearchReply;
import io.lynse.wire.v1.BatchSearchRequest;
import io.lynse.wire.v1.CheckpointReply;
import io.lynse.wire.v1.CheckpointRequest;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.DescribeCollectionRequest;
import io.lynse.wire.v1.GiveUpCopyReply;
import io.lynse.wire.v1.GiveUpCopyRequest;
import io.lynse.wire.v1.HandOverRequest;
import io.lynse.wire.v1.IndexReport;
import io.lynse.wire.v1.ListCollectionsReply;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.SearchReply;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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

    /** What the hits of one query take on the heap beside themselves, about: as a message, as a record, and merged with other groups'. */
    private static final long QUERY_BYTES = 512;

    /** As many times the bytes of hits are on the heap meanwhile. */
    private static final long HIT_COPIES = 3;

    /** What a row that is read takes on the heap beside its vector and fields, about: its id, its stamp, its place among those of all groups. */
    private static final long READ_ROW_BYTES = 256;

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
     * @throws LynseException why it was not appended; OutcomeUnknown if it may have been
     */
    public EntryOutcome<Long> append(GroupFence fence, Entry entry, Deadline deadline) {
        return write(fence, entry, deadline, reply -> reply.getCompacted().getRemoved());
    }

    /**
     * As {@link #append}, of a claim, which may be refused by KeyReused.
     * @return the ids that the key stands for, given by this claim or by the same one before, if any are
     */
    public EntryOutcome<Optional<Ids.Range>> claim(GroupFence fence, Entry entry, Deadline deadline) {
        return write(fence, entry, deadline, reply -> reply.getClaimed().hasIds()
                ? Optional.of(understood(reply.getClaimed().getIds(), Wire::range))
                : Optional.empty());
    }

    private <T> EntryOutcome<T> write(GroupFence fence, Entry entry, Deadline deadline, Function<WriteReply, T> result) {
        WriteReply reply = call(CallErrors.Kind.WRITE, () -> {
            BlockingClientCall<WriteChunk, WriteReply> call = within(deadline).write();
            var header = WriteHeader.newBuilder()
                    .setFence(fence.message())
                    .setEntryType(entry.type().getNumber())
                    .setEntryVersion(ENTRY_VERSION)
                    .setEntryBytes(entry.bytes());
            boolean open = call.write(WriteChunk.newBuilder().setHeader(header).build());
            if (open) Upload.send(entry.message(), call, chunk -> WriteChunk.newBuilder().setData(chunk).build());
            return call.read();
        });
        return reply.hasRefused() ? new EntryOutcome.Refused<>(ErrorWire.error(reply.getRefused())) : new EntryOutcome.Done<>(result.apply(reply));
    }

    /** @param memory counts what the answer takes; one message bounds it before */
    public GroupHits search(ReadFence fence, CollectionId collection, Query query, RequestMemory memory, Deadline deadline) {
        var request = SearchRequest.newBuilder()
                .setFence(fence.message())
                .setOptions(Wire.options(collection, query.options()))
                .setVector(Wire.vector(query.vector()))
                .build();
        SearchReply reply = call(CallErrors.Kind.READ, () -> within(deadline).search(request));
        memory.countHeap(QUERY_BYTES + HIT_COPIES * reply.getSerializedSize());
        Hits hits = understood(reply.getHits(), Wire::hits);
        return new GroupHits(List.of(hits), reply.getHoldsTextIds());
    }

    /**
     * @param queries float32, one per row
     * @param memory  counts what the answer takes
     */
    public GroupHits batchSearch(
            ReadFence fence, CollectionId collection, Vectors queries, Query.Options options, RequestMemory memory, Deadline deadline) {
        var head = BatchSearchRequest.newBuilder()
                .setFence(fence.message())
                .setOptions(Wire.options(collection, options))
                .setQueries(queries.count())
                .setDimension(queries.dimension())
                .build();
        var request = new BulkMessage(head, List.of(new BulkMessage.Part(BatchSearchRequest.VECTORS_FIELD_NUMBER, queries.data())));
        BatchSearchReply reply = call(CallErrors.Kind.READ, () -> {
            BlockingClientCall<Chunk, Chunk> call = within(deadline).batchSearch();
            Upload.send(request, call, chunk -> Chunk.newBuilder().setData(chunk).build());
            ByteBuffer all = Download.all(call, memory);
            memory.countHeap(queries.count() * QUERY_BYTES + HIT_COPIES * all.remaining());
            return BatchSearchReply.parseFrom(all);
        });
        List<Hits> results = understood(reply.getResultsList(), all -> all.stream().map(Wire::hits).toList());
        return new GroupHits(results, reply.getHoldsTextIds());
    }

    /**
     * Rows that are named and missing are left out.
     * @param memory where vectors and fields of the answer lie
     */
    public Rows readRows(
            ReadFence fence, CollectionId collection, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory,
            Deadline deadline) {
        var request = ReadRowsRequest.newBuilder()
                .setFence(fence.message())
                .setCollectionId(collection.value())
                .setWithoutVectors(!withVectors)
                .setWithoutFields(!withFields);
        Wire.select(request, selection);
        return call(CallErrors.Kind.READ, () -> {
            Wire.RowsAnswer answer = Wire.rowsAnswer(Download.all(within(deadline).readRows(request.build()), memory));
            memory.countHeap(answer.head().getStampClocksCount() * READ_ROW_BYTES);
            return understood(answer, Wire::rows);
        });
    }

    public CollectionStats describe(ReadFence fence, CollectionId collection, boolean withFieldNames, Deadline deadline) {
        var request = DescribeCollectionRequest.newBuilder()
                .setFence(fence.message())
                .setCollectionId(collection.value())
                .setWithFieldNames(withFieldNames)
                .build();
        return understood(call(CallErrors.Kind.READ, () -> within(deadline).describeCollection(request)), Wire::stats);
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
        List<CollectionInfo> collections = reply.getCollectionsList().stream().map(state -> understood(state, Wire::stats).info()).toList();
        var parameters = new HashMap<CollectionId, IndexParameters>();
        for (int i = 0; i < collections.size(); i++) {
            IndexMode mode = collections.get(i).indexMode();
            CollectionState state = reply.getCollections(i);
            if (mode == null || !state.hasIndexParameters()) continue;
            parameters.put(collections.get(i).id(), understood(state.getIndexParameters(), given -> IndexWire.parameters(mode, given)));
        }
        return new Holdings(List.copyOf(reply.getDatabasesList()), collections, parameters);
    }

    public void checkpoint(GroupFence fence, CollectionId collection, Deadline deadline) {
        var request = CheckpointRequest.newBuilder().setFence(fence.message()).setCollectionId(collection.value()).build();
        CheckpointReply done = call(CallErrors.Kind.READ, () -> within(deadline).checkpoint(request));
        log.atDebug().addKeyValue("node", address).addKeyValue("folded_lsn", done.getFoldedLsn()).log("checkpoint");
    }

    /**
     * Has the primary take no new write, so that another member can lead, and waits until all is committed; or has it go on.
     * @return whether it has handed over; false: not yet, or it was told to go on
     */
    public boolean handOver(GroupFence fence, boolean begin, Deadline deadline) {
        var request = HandOverRequest.newBuilder().setFence(fence.message()).setBegin(begin).build();
        return call(CallErrors.Kind.READ, () -> within(deadline).handOver(request)).getHandedOver();
    }

    /** Has a replica give its copy up, so that its primary fills it from files. */
    public void giveUpCopy(GroupFence fence, Deadline deadline) {
        var request = GiveUpCopyRequest.newBuilder().setFence(fence.message()).build();
        GiveUpCopyReply _ = call(CallErrors.Kind.WRITE, () -> within(deadline).giveUpCopy(request));
    }

    /** Shows the node its group's view and takes back how it is. Never throws: a prober wants to know in what way a node is silent. */
    public ProbeOutcome probe(View view, Deadline deadline) {
        return probe(ProbeRequest.newBuilder().setView(view.message()).setUri(address.uri()).setLeaseEpoch(view.image().lease().epoch().value()).build(), deadline);
    }

    /** As {@link #probe(View, Deadline)}, of a node that is told nothing. */
    public ProbeOutcome probe(Deadline deadline) {
        return probe(ProbeRequest.getDefaultInstance(), deadline);
    }

    private ProbeOutcome probe(ProbeRequest request, Deadline deadline) {
        try {
            return new ProbeOutcome.Answered(NodeReport.of(within(deadline).probe(request)));
        } catch (StatusException | StatusRuntimeException failed) {
            Status status = Status.fromThrowable(failed);
            return switch (status.getCode()) {
                case UNAUTHENTICATED, PERMISSION_DENIED ->
                    new ProbeOutcome.Refused("wrong_key", "it refuses this coordinator's key: check --shard-api-key");
                case UNIMPLEMENTED -> new ProbeOutcome.Refused("wrong_version", "it speaks another version of the protocol");
                default -> new ProbeOutcome.NoAnswer(CallErrors.reason(status), CallErrors.refused(status));
            };
        } catch (IllegalArgumentException garbled) {
            return new ProbeOutcome.Refused("wrong_version", "its answer makes no sense: " + garbled.getMessage());
        }
    }

    private ShardGrpc.ShardBlockingV2Stub within(Deadline deadline) {
        // A node that came back is found at once, not when gRPC's growing pause between attempts is over.
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) channel.resetConnectBackoff();
        return stub.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
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
            throw unreadable(garbled);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.OutcomeUnknown("this coordinator is stopping"), stopped);
        }
    }

    /** What a part of an answer means. That is pure: whatever fails there lies in what the node sent. */
    private <M, T> T understood(M message, Function<M, T> meaning) {
        try {
            return meaning.apply(message);
        } catch (RuntimeException garbled) {
            throw unreadable(garbled);
        }
    }

    private LynseException unreadable(Exception garbled) {
        return new LynseException(new LynseError.Internal(address + " sent an answer that cannot be read"), garbled);
    }

    /** The same node as an owner of the cluster's metadata, over the same channel. */
    public OwnerClient owner() {
        return new OwnerClient(address, channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
