package io.lynse.shard.grpc;

import io.grpc.stub.StreamObserver;
import io.lynse.engine.Applied;
import io.lynse.engine.Catalog;
import io.lynse.engine.Engine;
import io.lynse.engine.ParsedEntry;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.RowSelection;
import io.lynse.model.Vectors;
import io.lynse.shard.entry.AppliedWait;
import io.lynse.shard.entry.Entry;
import io.lynse.shard.entry.EntryCheck;
import io.lynse.shard.entry.IndexWait;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.LeaseGate;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Situation;
import io.lynse.shard.membership.ViewWire;
import io.lynse.shard.recovery.CatchUpProgress;
import io.lynse.shard.replication.Event.Consistency;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.wire.BulkMessage;
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
import io.lynse.wire.v1.FilesTaken;
import io.lynse.wire.v1.GiveUpCopyReply;
import io.lynse.wire.v1.GiveUpCopyRequest;
import io.lynse.wire.v1.HandOverReply;
import io.lynse.wire.v1.HandOverRequest;
import io.lynse.wire.v1.IndexReport;
import io.lynse.wire.v1.ListCollectionsReply;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadFence;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.SearchOptions;
import io.lynse.wire.v1.SearchReply;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteReply;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The {@code Shard} service over one engine. Its methods run on virtual threads and block there. */
final class ShardService extends ShardGrpc.ShardImplBase {

    private static final long HIT_BYTES = Long.BYTES + Float.BYTES;

    private final Engine engine;
    private final NodeMembership membership;
    private final MemberDriver member;
    private final LeaseGate leases = new LeaseGate();
    private final Supplier<RequestMemory> memories;
    private final long entryBytesMax;
    private final String version;
    private final Executor executor;

    /**
     * @param memories      gives each call its own
     * @param entryBytesMax largest entry and largest batch of queries
     * @param version       of this build, for probes
     * @param executor      for answers that are sent in chunks
     */
    ShardService(Engine engine, NodeMembership membership, MemberDriver member, Supplier<RequestMemory> memories, long entryBytesMax, String version,
            Executor executor) {
        this.engine = engine;
        this.membership = membership;
        this.member = member;
        this.memories = memories;
        this.entryBytesMax = entryBytesMax;
        this.version = version;
        this.executor = executor;
    }

    @Override
    public StreamObserver<WriteChunk> write(StreamObserver<WriteReply> reply) {
        var appender = new WriteCall.Appender() {
            @Override
            public void require(Fence fence) {
                member.requireLeading(fence);
            }

            @Override
            public WriteReply append(Fence fence, @Nullable LeaseEpoch lease, Entry entry, RequestMemory memory) {
                ParsedEntry sound = EntryCheck.parsed(entry);
                Deadline deadline = Deadlines.current();
                Supplier<CompletableFuture<Applied>> write = () -> member.write(fence, sound, memory, deadline);
                return Outcomes.reply(AppliedWait.until(lease == null ? write.get() : leases.change(lease, deadline, write), deadline), engine);
            }
        };
        return new WriteCall(Replies.toleratingCancel(reply), appender, memories.get(), entryBytesMax);
    }

    @Override
    public void search(SearchRequest request, StreamObserver<SearchReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            readable(request.getFence());
            CollectionId collection = collection(request.getOptions().getCollectionId());
            float[] vector = Replies.decoded("vector", () -> Wire.vector(request.getVector()));
            try (RequestMemory memory = memories.get()) {
                var hits = engine.search(collection, new Query(vector, options(request.getOptions())), memory);
                return SearchReply.newBuilder().setHits(Wire.hits(hits)).setHoldsTextIds(holdsTextIds(collection)).build();
            }
        });
    }

    @Override
    public StreamObserver<Chunk> batchSearch(StreamObserver<Chunk> reply) {
        var out = new ChunkedReply(reply);
        return new ChunkedRequest(memories.get(), entryBytesMax, gathered -> out.send(executor, gathered.memory(), () -> batchSearch(gathered)), out::fail);
    }

    private BulkMessage batchSearch(ChunkedRequest.Gathered gathered) {
        var parsed = gathered.parsed(BatchSearchRequest.parser(), BatchSearchRequest.VECTORS_FIELD_NUMBER);
        BatchSearchRequest request = parsed.message();
        readable(request.getFence());
        CollectionId collection = collection(request.getOptions().getCollectionId());
        Vectors queries = Replies.decoded("vectors", () -> new Vectors(
                request.getQueries(), request.getDimension(), ElementType.FLOAT32, parsed.large()));
        var results = engine.batchSearch(collection, queries, options(request.getOptions()), gathered.memory());
        for (Hits hits : results) gathered.memory().countHeap(hits.size() * HIT_BYTES); // once more, in the message
        return new BulkMessage(BatchSearchReply.newBuilder()
                .addAllResults(results.stream().map(Wire::hits).toList())
                .setHoldsTextIds(holdsTextIds(collection))
                .build());
    }

    @Override
    public void readRows(ReadRowsRequest request, StreamObserver<Chunk> reply) {
        RequestMemory memory = memories.get();
        new ChunkedReply(reply).send(executor, memory, () -> {
            readable(request.getFence());
            RowSelection selection = Replies.decoded("which", () -> Wire.selection(request));
            return Wire.rowsReply(engine.read(
                    collection(request.getCollectionId()), selection, !request.getWithoutVectors(), !request.getWithoutFields(), memory));
        });
    }

    @Override
    public void describeCollection(DescribeCollectionRequest request, StreamObserver<CollectionState> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            readable(request.getFence());
            return Outcomes.state(engine.stats(collection(request.getCollectionId()), request.getWithFieldNames()), engine);
        });
    }

    @Override
    public void awaitIndex(AwaitIndexRequest request, StreamObserver<IndexReport> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            readable(request.getFence());
            CollectionId collection = collection(request.getCollectionId());
            Deadline wait = Deadlines.current().atMost(Duration.ofMillis(request.getWaitMillis()));
            IndexState state = IndexWait.until(engine.indexBuilt(collection), wait).orElseGet(() -> engine.indexState(collection));
            return IndexReport.newBuilder()
                    .setBuilding(state.phase() == IndexState.Phase.BUILDING)
                    .setFailed(state.phase() == IndexState.Phase.FAILED)
                    .setState(state.text())
                    .setProblem(state.problem() == null ? "" : state.problem().text())
                    .build();
        });
    }

    @Override
    public void listCollections(ListCollectionsRequest request, StreamObserver<ListCollectionsReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            readable(request.getFence());
            LeaseEpoch lease = Fences.lease(request.getFence());
            if (lease != null) leases.look(lease, Deadlines.current());
            Catalog catalog = engine.catalog();
            var out = ListCollectionsReply.newBuilder().addAllDatabases(catalog.databases());
            for (CollectionInfo info : catalog.collections()) {
                var parameters = IndexWire.message(catalog.indexParameters(info.id()));
                stateUnlessDropped(info).ifPresent(state -> out.addCollections(state.toBuilder().setIndexParameters(parameters)));
            }
            return out.build();
        });
    }

    @Override
    public void checkpoint(CheckpointRequest request, StreamObserver<CheckpointReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            readable(request.getFence());
            return CheckpointReply.newBuilder().setFoldedLsn(engine.checkpoint().value()).build();
        });
    }

    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            var view = request.hasView() ? Replies.decoded("view", () -> ViewWire.view(request.getView())) : null;
            // Before the view: what it makes of this node may be fenced by that lease.
            leases.heard(Replies.decoded("lease_epoch", () -> new LeaseEpoch(request.getLeaseEpoch())));
            MemberDriver.Seen seen = member.see(view, request.getUri(), Deadlines.current());
            Situation now = membership.situation();
            MemberReport report = seen.report();
            Optional<String> refusal = seen.refusal();
            var place = now.standing().place();
            var told = ProbeReply.newBuilder()
                    .setNodeId(now.self().value())
                    .setVersion(version)
                    .setClusterId(place == null ? "" : place.view().clusterId())
                    .setGroup(place == null ? "" : place.view().group().value())
                    .setSeenEpoch(now.standing().seen().value())
                    .setLedEpoch(now.standing().led().value())
                    // A view that was refused is not followed, whatever this node may do for its own cluster.
                    .setCanLead(report.leads() && refusal.isEmpty())
                    .setRole(report.role().text())
                    .setLastLsn(engine.lastLsn().value())
                    .setCommittedLsn(engine.appliedLsn().value())
                    .setLargestStamp(engine.largestStamp())
                    .setLargestCollectionId(engine.largestCollectionId())
                    .setCopy(report.copy().text())
                    .setTrouble(Objects.requireNonNullElseGet(engine.quarantine(), () -> refusal.orElse(report.trouble())))
                    .setPrimarySilentMillis(report.silence().toMillis())
                    .setPrimaryRefuses(report.refused())
                    .setHandedOver(report.handedOver())
                    .setDraining(member.isDraining());
            CatchUpProgress files = member.catchUp();
            if (files.phase() != CatchUpProgress.Phase.NONE) told.setFiles(filesTaken(files));
            return told.build();
        });
    }

    private static FilesTaken filesTaken(CatchUpProgress progress) {
        return FilesTaken.newBuilder()
                .setPhase(progress.phase().text())
                .setBytesDone(progress.bytesDone())
                .setBytesTotal(progress.bytesTotal())
                .setTrouble(progress.trouble())
                .build();
    }

    @Override
    public void handOver(HandOverRequest request, StreamObserver<HandOverReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            boolean handedOver = member.handOver(Fences.fence(request.getFence()), request.getBegin(), Deadlines.current());
            return HandOverReply.newBuilder().setHandedOver(handedOver).build();
        });
    }

    @Override
    public void giveUpCopy(GiveUpCopyRequest request, StreamObserver<GiveUpCopyReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            member.giveUpCopy(Fences.fence(request.getFence()), Deadlines.current());
            return GiveUpCopyReply.getDefaultInstance();
        });
    }

    private void readable(ReadFence fence) {
        member.read(Fences.fence(fence), Fences.consistency(fence), Deadlines.current());
    }

    private void readable(io.lynse.wire.v1.Fence fence) {
        member.read(Fences.fence(fence), Consistency.DEFAULT, Deadlines.current());
    }

    private boolean holdsTextIds(CollectionId collection) {
        return engine.stats(collection, false).holdsTextIds();
    }

    private Optional<CollectionState> stateUnlessDropped(CollectionInfo info) {
        try {
            return Optional.of(Outcomes.state(engine.stats(info.id(), false), engine));
        } catch (LynseException failed) {
            return switch (failed.error()) {
                case LynseError.NotFound _ -> Optional.empty();
                // Its files failed: it is declared here all the same, and the caller asks what is declared.
                case LynseError.Unavailable(String reason, _) -> Optional.of(Wire.state(info).toBuilder().setIndexState(reason).build());
                default -> throw failed;
            };
        }
    }

    private static CollectionId collection(long id) {
        return Replies.decoded("collection_id", () -> new CollectionId(id));
    }

    private static Query.Options options(SearchOptions options) {
        return Replies.decoded("options", () -> Wire.options(options));
    }
}
