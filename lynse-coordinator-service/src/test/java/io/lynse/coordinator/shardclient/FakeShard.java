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
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.AwaitIndexRequest;
import io.lynse.wire.v1.BatchSearchReply;
import io.lynse.wire.v1.BatchSearchRequest;
import io.lynse.wire.v1.CheckpointReply;
import io.lynse.wire.v1.CheckpointRequest;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DescribeCollectionRequest;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.Fence;
import io.lynse.wire.v1.IndexReport;
import io.lynse.wire.v1.ListCollectionsReply;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.RowsCompacted;
import io.lynse.wire.v1.SearchReply;
import io.lynse.wire.v1.SearchRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.UpdateCollection;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import io.lynse.wire.v1.WriteRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shard node without disk or port: keeps rows in maps, and follows views as a node does. A view makes it lead unless it has led
 * the epoch before; {@link #restart} forgets what it leads, {@link #wipe} everything.
 */
public final class FakeShard extends ShardGrpc.ShardImplBase implements AutoCloseable {

    /** What happens to the next writes instead of the usual. */
    public enum Mood { NORMAL, REFUSES_BEFORE, HAS_NO_ROOM, BREAKS_AFTER }

    private final String uri;
    private final TreeSet<String> databases = new TreeSet<>();
    private final Map<Long, FakeCollection> collections = new TreeMap<>();
    private final List<byte[]> writeIds = new ArrayList<>();
    private final Map<ByteString, WriteReply> remembered = new HashMap<>();
    private @Nullable Server server;
    private Mood mood = Mood.NORMAL;
    private String nodeId;
    private String clusterId = "";
    private String group = "";
    private boolean primary;
    private long seen;
    private long led;
    private long leading;
    private long lsn;
    private long largestStamp;
    private IndexReport index = IndexReport.getDefaultInstance();
    private int indexQuestions;

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
        databases.clear();
        collections.clear();
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

    public synchronized void feel(Mood next) {
        mood = next;
    }

    public synchronized long rows(CollectionId id) {
        FakeCollection collection = collections.get(id.value());
        return collection == null ? -1 : collection.stats().rows();
    }

    public synchronized List<byte[]> writeIds() {
        return List.copyOf(writeIds);
    }

    public synchronized List<String> names() {
        return collections.values().stream().map(collection -> collection.info.name().toString()).toList();
    }

    public synchronized void forgetCollections() {
        collections.clear();
        databases.clear();
    }

    public synchronized void setLargestStamp(long stamp) {
        largestStamp = stamp;
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
                    .setLastLsn(lsn)
                    .setCommittedLsn(lsn)
                    .setLargestStamp(largestStamp)
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
                answer(reply, () -> append(header, body));
            }
        };
    }

    private synchronized WriteReply append(WriteHeader header, ByteString body) {
        if (mood == Mood.REFUSES_BEFORE) throw new LynseException(new LynseError.NotPrimary(new ShardGroupId(group), "told to refuse"));
        if (mood == Mood.HAS_NO_ROOM) throw new LynseException(new LynseError.Overloaded("no room", Duration.ofSeconds(1)));
        check(header.getFence());
        if (leading != seen) throw new LynseException(new LynseError.NotPrimary(new ShardGroupId(group), "it was restarted"));
        if (header.getEntryBytes() != body.size()) throw new LynseException(new LynseError.Internal("entry cut"));
        ByteString writeId = writeId(header, body);
        if (remembered.containsKey(writeId)) return Objects.requireNonNull(remembered.get(writeId));
        lsn++;
        WriteReply.Builder out = WriteReply.newBuilder().setLsn(lsn);
        try {
            apply(EntryType.forNumber(header.getEntryType()), body, out);
        } catch (LynseException refused) {
            out.setRefused(ErrorWire.detail(refused.error()));
        } catch (InvalidProtocolBufferException garbled) {
            throw new LynseException(new LynseError.Internal("garbled entry"), garbled);
        }
        if (!writeId.isEmpty()) remembered.put(writeId, out.build());
        if (mood == Mood.BREAKS_AFTER) throw Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException();
        return out.build();
    }

    private static ByteString writeId(WriteHeader header, ByteString body) {
        try {
            return header.getEntryType() == EntryType.WRITE_ROWS_VALUE ? WriteRows.parseFrom(body).getWriteId() : ByteString.EMPTY;
        } catch (InvalidProtocolBufferException garbled) {
            throw new LynseException(new LynseError.Internal("garbled entry"), garbled);
        }
    }

    private void apply(EntryType type, ByteString body, WriteReply.Builder out) throws InvalidProtocolBufferException {
        switch (type) {
            case CREATE_DATABASE -> databases.add(CreateDatabase.parseFrom(body).getDatabase());
            case DROP_DATABASE -> {
                String database = DropDatabase.parseFrom(body).getDatabase();
                if (!databases.remove(database)) throw new LynseException(new LynseError.NotFound("database", database));
                collections.values().removeIf(collection -> collection.info.name().database().equals(database));
            }
            case CREATE_COLLECTION -> create(CreateCollection.parseFrom(body));
            case DROP_COLLECTION -> {
                if (collections.remove(DropCollection.parseFrom(body).getCollectionId()) == null) throw missing(DropCollection.parseFrom(body).getCollectionId());
            }
            case UPDATE_COLLECTION -> update(UpdateCollection.parseFrom(body));
            case WRITE_ROWS -> {
                var rows = WriteRows.parseFrom(body);
                writeIds.add(rows.getWriteId().toByteArray());
                largestStamp = Math.max(largestStamp, rows.getStamps().getClock());
                collection(rows.getCollectionId()).write(Wire.rowBatch(rows), rows.getStamps().getClock());
            }
            case MARK_ROWS -> {
                var mark = MarkRows.parseFrom(body);
                collection(mark.getCollectionId()).mark(Wire.ids(mark.getIds()), mark.getDeleted());
            }
            case COMPACT -> out.setCompacted(RowsCompacted.newBuilder().setRemoved(collection(Compact.parseFrom(body).getCollectionId()).compact()));
            default -> throw new LynseException(new LynseError.Internal("entry type " + type));
        }
    }

    private void create(CreateCollection create) {
        if (!databases.contains(create.getDatabase())) throw new LynseException(new LynseError.NotFound("database", create.getDatabase()));
        if (collections.containsKey(create.getCollectionId())) throw new LynseException(new LynseError.AlreadyExists("collection", create.getCollection()));
        collections.put(create.getCollectionId(), new FakeCollection(new CollectionInfo(
                new CollectionId(create.getCollectionId()),
                new CollectionName(create.getDatabase(), create.getCollection()),
                create.getDimension(),
                Wire.elementType(create.getElementType()),
                create.hasDescription() ? create.getDescription() : null,
                create.hasIndexMode() ? IndexMode.parse(create.getIndexMode()).orElseThrow() : null)));
    }

    private void update(UpdateCollection update) {
        FakeCollection collection = collection(update.getCollectionId());
        if (update.hasDescription()) collection.info = FakeCollection.described(collection.info, update.getDescription());
        if (!update.hasIndex()) return;
        CollectionInfo old = collection.info;
        collection.info = new CollectionInfo(
                old.id(), old.name(), old.dimension(), old.elementType(), old.description(),
                update.getIndex().hasMode() ? IndexMode.parse(update.getIndex().getMode()).orElseThrow() : null);
    }

    private FakeCollection collection(long id) {
        FakeCollection found = collections.get(id);
        if (found == null) throw missing(id);
        return found;
    }

    private static LynseException missing(long id) {
        return new LynseException(new LynseError.NotFound("collection", Long.toString(id)));
    }

    private void check(Fence fence) {
        var id = new ShardGroupId(fence.getGroup());
        if (!fence.getGroup().equals(group) || !primary) throw new LynseException(new LynseError.NotPrimary(id, "not here"));
        if (fence.getPrimaryEpoch() < seen) throw new LynseException(new LynseError.StaleEpoch(new Epoch(fence.getPrimaryEpoch()), new Epoch(seen)));
        if (fence.getPrimaryEpoch() > seen) throw new LynseException(new LynseError.NotPrimary(id, "not adopted yet"));
    }

    @Override
    public synchronized void search(SearchRequest request, StreamObserver<SearchReply> reply) {
        answer(reply, () -> {
            check(request.getFence());
            FakeCollection collection = collection(request.getOptions().getCollectionId());
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
            FakeCollection collection = collection(request.getOptions().getCollectionId());
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
    public synchronized void readRows(ReadRowsRequest request, StreamObserver<Chunk> reply) {
        answer(reply, () -> {
            check(request.getFence());
            var rows = collection(request.getCollectionId())
                    .read(Wire.selection(request), !request.getWithoutVectors(), !request.getWithoutFields());
            return Chunk.newBuilder().setData(Wire.rows(rows).toByteString()).build();
        });
    }

    @Override
    public synchronized void describeCollection(DescribeCollectionRequest request, StreamObserver<CollectionState> reply) {
        answer(reply, () -> {
            check(request.getFence());
            return Wire.state(collection(request.getCollectionId()).stats());
        });
    }

    @Override
    public synchronized void awaitIndex(AwaitIndexRequest request, StreamObserver<IndexReport> reply) {
        answer(reply, () -> {
            check(request.getFence());
            collection(request.getCollectionId());
            indexQuestions++;
            return index;
        });
    }

    @Override
    public synchronized void listCollections(ListCollectionsRequest request, StreamObserver<ListCollectionsReply> reply) {
        answer(reply, () -> {
            check(request.getFence());
            return ListCollectionsReply.newBuilder()
                    .addAllDatabases(databases)
                    .addAllCollections(collections.values().stream().map(collection -> Wire.state(collection.stats())).toList())
                    .build();
        });
    }

    @Override
    public synchronized void checkpoint(CheckpointRequest request, StreamObserver<CheckpointReply> reply) {
        answer(reply, () -> {
            check(request.getFence());
            return CheckpointReply.newBuilder().setFoldedLsn(lsn).build();
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
