package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.HybridClock;
import io.lynse.shard.entry.Entry;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.owner.OwnerSettings;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.shard.ship.Refill;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.Fence;
import io.lynse.wire.v1.GroupView;
import io.lynse.wire.v1.MemberRef;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ReadFence;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.WriteChunk;
import io.lynse.wire.v1.WriteHeader;
import io.lynse.wire.v1.WriteReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** A shard's engine and gRPC listener on a free port, and a caller of it. */
final class RunningShard implements AutoCloseable {

    static final String URI = "http://shard:7638";
    static final String GROUP = "sg0";

    final Engine engine;
    final NodeMembership membership;
    final MemberDriver member;
    final MetadataOwner owner;
    /** Of what lies on the heap: all that these tests send is small. */
    final MemoryBudget budget;
    final GrpcServer server;
    final ManagedChannel channel;
    private final @Nullable String sentKey;

    static RunningShard open(Path directory) throws IOException {
        return open(directory, null, null);
    }

    /**
     * @param apiKey  of the node
     * @param sentKey of the caller
     */
    static RunningShard open(Path directory, @Nullable String apiKey, @Nullable String sentKey) throws IOException {
        return new RunningShard(directory, apiKey, sentKey, new GrpcSettings(true, 0, null), DataSize.ofMegabytes(64));
    }

    RunningShard(Path directory, @Nullable String apiKey, @Nullable String sentKey, GrpcSettings settings, DataSize requests) throws IOException {
        this.sentKey = sentKey;
        engine = Engine.open(EngineSettings.of(directory));
        membership = NodeMembership.open(engine.directory(), engine.nodeId(), engine.lastLsn().value() > 0);
        var refill = new Refill(
                engine, new CatchUp(engine, CatchUpSettings.DEFAULT), new FileCalls(engine.nodeId(), NodeChannels.bearing(apiKey)),
                new HybridClock(System::currentTimeMillis));
        member = MemberDriver.start(
                engine, membership, refill, new PeerCalls(NodeChannels.bearing(apiKey)), new OwnerCalls(NodeChannels.bearing(apiKey)), MemberDriver.SETTINGS,
                System::nanoTime);
        owner = MetadataOwner.start(directory.resolve("metadata"), engine.nodeId(), OwnerSettings.DEFAULT, NodeChannels.bearing(apiKey));
        budget = new MemoryBudget("on the heap", requests.toBytes());
        server = GrpcServer.start(engine, membership, member, owner, () -> new RequestMemory(budget, budget), settings,
                CatchUpSettings.DEFAULT, apiKey, "test", new InetSocketAddress("127.0.0.1", 0));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    }

    Channel keyed() {
        if (sentKey == null) return channel;
        var headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + sentKey);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    ShardGrpc.ShardBlockingStub stub() {
        return ShardGrpc.newBlockingStub(keyed()).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    ShardGrpc.ShardStub async() {
        return ShardGrpc.newStub(keyed()).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** Makes this node the primary of its group in that epoch. */
    ProbeReply promote(long epoch) {
        return probe(view(epoch, epoch));
    }

    ProbeReply probe(GroupView view) {
        return stub().probe(ProbeRequest.newBuilder().setView(view).setUri(URI).build());
    }

    static GroupView view(long epoch, long metaEpoch) {
        return GroupView.newBuilder()
                .setClusterId("cluster-1")
                .setGroup(GROUP)
                .setPrimaryEpoch(epoch)
                .setMetaEpoch(metaEpoch)
                .setPrimary(MemberRef.newBuilder().setUri(URI))
                .setCoordinatorUri("http://door:7637")
                .build();
    }

    static ReadFence readFence(long epoch) {
        return ReadFence.newBuilder().setGroup(GROUP).setPrimaryEpoch(epoch).build();
    }

    static Fence fence(long epoch) {
        return Fence.newBuilder().setGroup(GROUP).setPrimaryEpoch(epoch).build();
    }

    WriteReply write(long epoch, EntryType type, MessageLite message) {
        return write(epoch, Entry.of(type, message));
    }

    WriteReply write(long epoch, Entry entry) {
        ByteString bytes = ByteString.copyFrom(entry.payload().duplicate());
        return write(header(epoch, entry.type(), entry.version(), bytes.size()), chunks(bytes));
    }

    static WriteHeader header(long epoch, int type, int version, long bytes) {
        return WriteHeader.newBuilder().setFence(fence(epoch)).setEntryType(type).setEntryVersion(version).setEntryBytes(bytes).build();
    }

    /** @throws io.grpc.StatusRuntimeException as the node answered */
    WriteReply write(@Nullable WriteHeader header, List<ByteString> data) {
        return write(out -> {
            if (header != null) out.onNext(WriteChunk.newBuilder().setHeader(header).build());
            for (ByteString part : data) out.onNext(WriteChunk.newBuilder().setData(part).build());
            out.onCompleted();
        });
    }

    WriteReply write(Consumer<StreamObserver<WriteChunk>> sender) {
        var reply = new Collector<WriteReply>();
        sender.accept(async().write(reply));
        return reply.all().getFirst();
    }

    /** The bytes of an answer that came in chunks. */
    static ByteString join(Iterator<Chunk> chunks) {
        var bytes = ByteString.newOutput();
        chunks.forEachRemaining(chunk -> {
            if (chunk.getData().size() > 1 << 20) throw new AssertionError("a chunk of " + chunk.getData().size() + " bytes");
            try {
                chunk.getData().writeTo(bytes);
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        });
        return bytes.toByteString();
    }

    static List<ByteString> chunks(ByteString bytes) {
        var chunks = new ArrayList<ByteString>();
        for (int from = 0; from < bytes.size(); from += 1 << 20) chunks.add(bytes.substring(from, Math.min(bytes.size(), from + (1 << 20))));
        return chunks;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.stop(Duration.ofSeconds(5));
        owner.close();
        member.close();
        engine.close();
    }

    /** Everything a stream answered. */
    static final class Collector<T> implements StreamObserver<T> {

        private final List<T> values = new ArrayList<>();
        private final CompletableFuture<List<T>> done = new CompletableFuture<>();

        @Override
        public void onNext(T value) {
            values.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(values);
        }

        List<T> all() {
            try {
                return done.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException known) throw known;
                throw new AssertionError(failed);
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }
    }
}
