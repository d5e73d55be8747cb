package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.AwaitIndexRequest;
import io.lynse.wire.v1.BatchSearchReply;
import io.lynse.wire.v1.BatchSearchRequest;
import io.lynse.wire.v1.CheckpointReply;
import io.lynse.wire.v1.CheckpointRequest;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.DescribeCollectionRequest;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.Fence;
import io.lynse.wire.v1.IndexParameters;
import io.lynse.wire.v1.IndexReport;
import io.lynse.wire.v1.ListCollectionsReply;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadFence;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.SearchReply;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shard node without disk or port: keeps what a {@link FakeStore} keeps, and follows views as a node does. A view makes it lead unless it has led
 * the epoch before; {@link #restart} forgets what it leads, {@link #wipe} everything.
 */
public final class FakeShard extends ShardGrpc.ShardImplBase implements AutoCloseable {

    /** What happens to the next writes instead of the usual; who hangs answers no read either. */
    public enum Mood { NORMAL, REFUSES_BEFORE, HAS_NO_ROOM, BREAKS_AFTER, HANGS }

    private final String uri;
    private final FakeStore store = new FakeStore();
    private @Nullable Server server;
    private Mood mood = Mood.NORMAL;
    private String nodeId;
    private String clusterId = "";
    private String group = "";
    private boolean primary;
    private long seen;
    private long led;
    private long leading;
    private long lease; // the latest that was told
    private IndexReport index = IndexReport.getDefaultInstance();
    private int indexQuestions;
    private volatile RowsSender rowsSender = FakeShard::whole;

    /** How an answer of rows goes out. */
    public interface RowsSender {
        void send(ByteString answer, StreamObserver<Chunk> reply);
    }

    public FakeShard(String uri, String nodeId) {
        this.uri = uri;
        this.nodeId = nodeId;
        start();
    }

    public static ManagedChannel channel(NodeAddress address) {
        return InProcessChannelBuilder.forName(address.uri()).build();
    }

    public synchronized void start() {
        try {
            server = InProcessServerBuilder.forName(uri).addService(this).build().start();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** From now on nothing listens. */
    public synchronized void stop() {
        if (server != null) server.shutdownNow();
        server = null;
        leading = 0;
    }

    public synchronized void restart() {
        leading = 0;
    }

    public synchronized void wipe(String newNodeId) {
        nodeId = newNodeId;
        clusterId = "";
        group = "";
        seen = 0;
        led = 0;
        leading = 0;
        store.forgetCollections();
    }

    public synchronized void joinedElsewhere(String cluster) {
        clusterId = cluster;
        group = "other";
    }

    /** What it says of every index from now on, at once, however long it was to wait. */
    public synchronized void index(boolean building, boolean failed, String state) {
        index = IndexReport.newBuilder().setBuilding(building).setFailed(failed).setState(state).build();
    }

    public synchronized int indexQuestions() {
        return indexQuestions;
    }

    public void sendRows(RowsSender next) {
        rowsSender = next;
    }

    /** As usual. */
    public static void whole(ByteString answer, StreamObserver<Chunk> reply) {
        reply.onNext(Chunk.newBuilder().setData(answer).build());
        reply.onCompleted();
    }

    public synchronized void feel(Mood next) {
        mood = next;
    }

    public synchronized long rows(CollectionId id) {
        return store.rows(id);
    }

    public synchronized IndexParameters indexParameters(CollectionId id) {
        return store.collection(id.value()).parameters;
    }

    public synchronized List<byte[]> writeIds() {
        return store.writeIds();
    }

    public synchronized List<String> names() {
        return store.collections().stream().map(collection -> collection.info.name().toString()).toList();
    }

    public synchronized void forgetCollections() {
        store.forgetCollections();
    }

    /** From now on it never creates this collection. */
    public synchronized void refuses(CollectionName collection) {
        store.refuses(collection);
    }

    public synchronized void setLargestStamp(long stamp) {
        store.setLargestStamp(stamp);
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public synchronized void probe(ProbeRequest request, StreamObserver<ProbeReply> reply) {
        answer(reply, () -> {
            String trouble = see(request);
            return ProbeReply.newBuilder()
                    .setNodeId(nodeId)
                    .setVersion("fake")
                    .setClusterId(clusterId)
                    .setGroup(group)
                    .setSeenEpoch(seen)
                    .setLedEpoch(led)
                    .setCanLead(trouble.isEmpty() && primary && leading == seen && leading > 0)
                    .setRole(clusterId.isEmpty() ? "standalone" : primary ? "primary" : "replica")
                    .setLastLsn(store.lsn())
                    .setCommittedLsn(store.lsn())
                    .setLargestStamp(store.largestStamp())
                    .setTrouble(trouble)
                    .build();
        });
    }

    private String see(ProbeRequest request) {
        if (!request.hasView()) return "";
        var view = request.getView();
        if (!clusterId.isEmpty() && !clusterId.equals(view.getClusterId())) return "this node belongs to cluster " + clusterId;
        if (view.getPrimaryEpoch() < seen) return "";
        clusterId = view.getClusterId();
        group = view.getGroup();
        seen = view.getPrimaryEpoch();
        String expected = view.getPrimary().getNodeId();
        primary = view.getPrimary().getUri().equals(uri) && (expected.isEmpty() || expected.equals(nodeId));
        if (!primary) leading = 0;
        else if (seen > led) leading = led = seen;
        return primary && leading == 0 ? "it was restarted and must be promoted anew" : "";
    }

    @Override
    public StreamObserver<WriteChunk> write(StreamObserver<WriteReply> reply) {
        return new StreamObserver<>() {
            private WriteHeader header = WriteHeader.getDefaultInstance();
            private ByteString body = ByteString.EMPTY;

            @Override
            public void onNext(WriteChunk chunk) {
                if (chunk.hasHeader()) header = chunk.getHeader();
                else body = body.concat(chunk.getData());
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                if (!hangs()) answer(reply, () -> append(header, body));
            }
        };
    }

    private synchronized boolean hangs() {
        return mood == Mood.HANGS;
    }

    private synchronized WriteReply append(WriteHeader header, ByteString body) {
        if (mood == Mood.REFUSES_BEFORE) throw new LynseException(new LynseError.NotPrimary(new ShardGroupId(group), "told to refuse"));
        if (mood == Mood.HAS_NO_ROOM) throw new LynseException(new LynseError.Overloaded("no room", Duration.ofSeconds(1)));
        check(header.getFence());
        if (leading != seen) throw new LynseException(new LynseError.NotPrimary(new ShardGroupId(group), "it was restarted"));
        if (header.getEntryBytes() != body.size()) throw new LynseException(new LynseError.Internal("entry cut"));
        WriteReply done = store.append(EntryType.forNumber(header.getEntryType()), body);
        if (mood == Mood.BREAKS_AFTER) throw Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException();
        return done;
    }

    /** Another coordinator, which leads under this lease, has been here. */
    public synchronized void metLeader(LeaseEpoch later) {
        lease = later.value();
    }

    private void check(ReadFence fence) {
        check(Fence.newBuilder().setGroup(fence.getGroup()).setPrimaryEpoch(fence.getPrimaryEpoch()).build());
    }

    private void check(Fence fence) {
        var id = new ShardGroupId(fence.getGroup());
        if (!fence.getGroup().equals(group) || !primary) throw new LynseException(new LynseError.NotPrimary(id, "not here"));
        if (fence.getPrimaryEpoch() < seen) throw new LynseException(new LynseError.StaleEpoch(new Epoch(fence.getPrimaryEpoch()), new Epoch(seen)));
        if (fence.getPrimaryEpoch() > seen) throw new LynseException(new LynseError.NotPrimary(id, "not adopted yet"));
        if (!fence.hasUnderLease()) return;
        if (fence.getUnderLease() < lease) throw new LynseException(new LynseError.Conflict("lease " + fence.getUnderLease() + " was followed by lease " + lease));
        lease = fence.getUnderLease();
    }

    @Override
    public synchronized void search(SearchRequest request, StreamObserver<SearchReply> reply) {
        answer(reply, () -> {
            check(request.getFence());
            FakeCollection collection = store.collection(request.getOptions().getCollectionId());
            return SearchReply.newBuilder()
                    .setHits(Wire.hits(collection.search(Wire.vector(request.getVector()), Wire.options(request.getOptions()))))
                    .setHoldsTextIds(collection.holdsTextIds())
                    .build();
        });
    }

    @Override
    public StreamObserver<Chunk> batchSearch(StreamObserver<Chunk> reply) {
        return new StreamObserver<>() {
            private ByteString body = ByteString.EMPTY;

            @Override
            public void onNext(Chunk chunk) {
                body = body.concat(chunk.getData());
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                answer(reply, () -> Chunk.newBuilder().setData(batch(body).toByteString()).build());
            }
        };
    }

    private synchronized BatchSearchReply batch(ByteString body) {
        try {
            var request = BatchSearchRequest.parseFrom(body);
            check(request.getFence());
            FakeCollection collection = store.collection(request.getOptions().getCollectionId());
            var queries = new Vectors(
                    request.getQueries(), request.getDimension(), ElementType.FLOAT32, request.getVectors().asReadOnlyByteBuffer());
            var out = BatchSearchReply.newBuilder().setHoldsTextIds(collection.holdsTextIds());
            for (int query = 0; query < queries.count(); query++) {
                out.addResults(Wire.hits(collection.search(queries.row(query), Wire.options(request.getOptions()))));
            }
            return out.build();
        } catch (InvalidProtocolBufferException garbled) {
            throw new LynseException(new LynseError.Internal("garbled"), garbled);
        }
    }

    @Override
    public void readRows(ReadRowsRequest request, StreamObserver<Chunk> reply) {
        ByteString rows;
        try {
            rows = rows(request);
        } catch (LynseException refused) {
            reply.onError(GrpcErrors.toGrpc(refused.error()));
            return;
        }
        rowsSender.send(rows, reply); // not under the lock: it may take its time
    }

    private synchronized ByteString rows(ReadRowsRequest request) {
        check(request.getFence());
        return Wire.rows(store.collection(request.getCollectionId())
                        .read(Wire.selection(request), !request.getWithoutVectors(), !request.getWithoutFields()))
                .toByteString();
    }

    @Override
    public synchronized void describeCollection(DescribeCollectionRequest request, StreamObserver<CollectionState> reply) {
        answer(reply, () -> {
            check(request.getFence());
            return Wire.state(store.collection(request.getCollectionId()).stats());
        });
    }

    @Override
    public synchronized void awaitIndex(AwaitIndexRequest request, StreamObserver<IndexReport> reply) {
        answer(reply, () -> {
            check(request.getFence());
            store.collection(request.getCollectionId());
            indexQuestions++;
            return index;
        });
    }

    @Override
    public synchronized void listCollections(ListCollectionsRequest request, StreamObserver<ListCollectionsReply> reply) {
        answer(reply, () -> {
            check(request.getFence());
            return ListCollectionsReply.newBuilder()
                    .addAllDatabases(store.databases())
                    .addAllCollections(store.collections().stream().map(collection ->
                            Wire.state(collection.stats()).toBuilder().setIndexParameters(collection.parameters).build()).toList())
                    .build();
        });
    }

    @Override
    public synchronized void checkpoint(CheckpointRequest request, StreamObserver<CheckpointReply> reply) {
        answer(reply, () -> {
            check(request.getFence());
            return CheckpointReply.newBuilder().setFoldedLsn(store.lsn()).build();
        });
    }

    private static <T> void answer(StreamObserver<T> reply, Supplier<T> work) {
        T value;
        try {
            value = Objects.requireNonNull(work.get());
        } catch (LynseException failed) {
            reply.onError(GrpcErrors.toGrpc(failed.error()));
            return;
        } catch (StatusRuntimeException broken) {
            reply.onError(broken);
            return;
        }
        reply.onNext(value);
        reply.onCompleted();
    }
}
