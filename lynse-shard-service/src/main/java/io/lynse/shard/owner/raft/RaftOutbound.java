package io.lynse.shard.owner.raft;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.lynse.wire.v1.RaftExchangeGrpc;
import io.lynse.wire.v1.RaftExchangeGrpc.RaftExchangeBlockingStub;
import io.lynse.wire.v1.RaftExchangeGrpc.RaftExchangeStub;
import io.lynse.wire.v1.RaftMessage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;

/** How Ratis' elections, log appenders and reads reach the other owners. One batch is under way per follower, as its default appender does. */
final class RaftOutbound implements RaftServerRpc, RaftServerAsynchronousProtocol {

    /** A chunk is written and forced, and the last one makes the follower load its state again. */
    private static final int SNAPSHOT_PATIENCE = 10;

    private record PeerChannel(String address, ManagedChannel channel) {}

    private final SharedPortRpc type;
    private final SharedPortRpc.Link link;
    private final RaftServer server;
    private final long timeoutMillis;
    private final Map<RaftPeerId, PeerChannel> peers = new ConcurrentHashMap<>();

    RaftOutbound(SharedPortRpc type, SharedPortRpc.Link link, RaftServer server) {
        this.type = type;
        this.link = link;
        this.server = server;
        this.timeoutMillis = RaftServerConfigKeys.Rpc.requestTimeout(server.getProperties()).toLong(TimeUnit.MILLISECONDS);
    }

    @Override
    public RpcType getRpcType() {
        return type;
    }

    /** Not known here: others reach this node by the address that their configuration has. Ratis only names its own peer by it. */
    @Override
    public InetSocketAddress getInetSocketAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public void start() {
        link.inbound().open(server);
    }

    @Override
    public void close() {
        link.inbound().close();
        peers.values().forEach(peer -> peer.channel().shutdownNow());
    }

    /** Called with every configuration that Ratis sees. Its own map of peers would keep the first address of each for ever. */
    @Override
    public void addRaftPeers(Collection<RaftPeer> configured) {
        for (RaftPeer peer : configured) {
            peers.compute(peer.getId(), (_, known) -> {
                if (known != null && known.address().equals(peer.getAddress())) return known;
                if (known != null) known.channel().shutdown();
                return new PeerChannel(peer.getAddress(), link.connect().apply(peer.getAddress()));
            });
        }
    }

    /** Channels connect again by themselves; {@link #failure} says when. */
    @Override
    public void handleException(RaftPeerId peer, Exception failure, boolean reconnect) {}

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto vote) throws IOException {
        return call(vote.getServerRequest(), vote, timeoutMillis, RaftExchangeBlockingStub::requestVote, RequestVoteReplyProto.parser());
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto append) throws IOException {
        return call(append.getServerRequest(), append, timeoutMillis, RaftExchangeBlockingStub::appendEntries, AppendEntriesReplyProto.parser());
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto chunk) throws IOException {
        return call(
                chunk.getServerRequest(), chunk, timeoutMillis * SNAPSHOT_PATIENCE, RaftExchangeBlockingStub::installSnapshot,
                InstallSnapshotReplyProto.parser());
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto start) throws IOException {
        return call(
                start.getServerRequest(), start, timeoutMillis, RaftExchangeBlockingStub::startLeaderElection, StartLeaderElectionReplyProto.parser());
    }

    @Override
    public RaftServerAsynchronousProtocol async() {
        return this;
    }

    @Override
    public CompletableFuture<AppendEntriesReplyProto> appendEntriesAsync(AppendEntriesRequestProto append) throws IOException {
        return callAsync(append.getServerRequest(), append, RaftExchangeStub::appendEntries, AppendEntriesReplyProto.parser());
    }

    @Override
    public CompletableFuture<ReadIndexReplyProto> readIndexAsync(ReadIndexRequestProto read) throws IOException {
        return callAsync(read.getServerRequest(), read, RaftExchangeStub::readIndex, ReadIndexReplyProto.parser());
    }

    private ManagedChannel channelTo(RaftRpcRequestProto header) throws IOException {
        PeerChannel peer = peers.get(RaftPeerId.valueOf(header.getReplyId()));
        if (peer == null) throw new Unreachable("no address is known of owner " + header.getReplyId().toStringUtf8());
        return peer.channel();
    }

    private <R> R call(
            RaftRpcRequestProto header, MessageLite request, long millis,
            BiFunction<RaftExchangeBlockingStub, RaftMessage, RaftMessage> method, Parser<R> parser) throws IOException {
        ManagedChannel channel = channelTo(header);
        try {
            var stub = RaftExchangeGrpc.newBlockingStub(channel).withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
            return SharedPortRpc.unwrap(parser, method.apply(stub, SharedPortRpc.wrap(request)));
        } catch (StatusRuntimeException failed) {
            throw failure(channel, failed);
        }
    }

    private interface AsyncMethod {
        void apply(RaftExchangeStub stub, RaftMessage request, StreamObserver<RaftMessage> reply);
    }

    private <R> CompletableFuture<R> callAsync(RaftRpcRequestProto header, MessageLite request, AsyncMethod method, Parser<R> parser) throws IOException {
        ManagedChannel channel = channelTo(header);
        var answer = new CompletableFuture<R>();
        var stub = RaftExchangeGrpc.newStub(channel).withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
        method.apply(stub, SharedPortRpc.wrap(request), new StreamObserver<>() {
            @Override
            public void onNext(RaftMessage reply) {
                try {
                    answer.complete(SharedPortRpc.unwrap(parser, reply));
                } catch (InvalidProtocolBufferException damaged) {
                    answer.completeExceptionally(damaged);
                }
            }

            @Override
            public void onError(Throwable failed) {
                answer.completeExceptionally(failed instanceof StatusRuntimeException status ? failure(channel, status) : failed);
            }

            @Override
            public void onCompleted() {}
        });
        return answer;
    }

    /**
     * The log appender ends on InterruptedIOException and tries again after any other IOException. A channel that could not connect would wait
     * up to two minutes before the next attempt, so an owner that returns would be found late: its back-off is reset.
     */
    private static IOException failure(ManagedChannel channel, StatusRuntimeException failed) {
        if (failed.getCause() instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
            var interrupted = new InterruptedIOException(failed.getMessage());
            interrupted.initCause(failed);
            return interrupted;
        }
        Status status = failed.getStatus();
        if (status.getCode() == Status.Code.UNAVAILABLE) channel.resetConnectBackoff();
        Throwable cause = status.getCause();
        return new Unreachable(status.getCode() + " " + status.getDescription() + (cause == null ? "" : ", " + cause.getMessage()));
    }

    /** Has no stack trace: the log appender logs every tenth failure with it, four times a second for each dead owner. */
    private static final class Unreachable extends IOException {
        Unreachable(String message) {
            super(message);
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
