package io.lynse.shard.owner.raft;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynse.wire.v1.RaftExchangeGrpc;
import io.lynse.wire.v1.RaftMessage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.jspecify.annotations.Nullable;

/** What the other owners send. Refused until Raft is up on this node, and again once it is closed. */
public final class RaftInbound extends RaftExchangeGrpc.RaftExchangeImplBase {

    private volatile @Nullable RaftServer server;

    void open(RaftServer running) {
        server = running;
    }

    void close() {
        server = null;
    }

    private interface Handler<Q> {
        CompletableFuture<? extends MessageLite> apply(RaftServer server, Q request) throws IOException;
    }

    @Override
    public void requestVote(RaftMessage in, StreamObserver<RaftMessage> out) {
        serve(RequestVoteRequestProto.parser(), RequestVoteRequestProto::getServerRequest, in, out, (raft, vote) -> CompletableFuture.completedFuture(raft.requestVote(vote)));
    }

    @Override
    public void appendEntries(RaftMessage in, StreamObserver<RaftMessage> out) {
        serve(AppendEntriesRequestProto.parser(), AppendEntriesRequestProto::getServerRequest, in, out, RaftServer::appendEntriesAsync);
    }

    @Override
    public void installSnapshot(RaftMessage in, StreamObserver<RaftMessage> out) {
        serve(InstallSnapshotRequestProto.parser(), InstallSnapshotRequestProto::getServerRequest, in, out, (raft, chunk) -> CompletableFuture.completedFuture(raft.installSnapshot(chunk)));
    }

    @Override
    public void startLeaderElection(RaftMessage in, StreamObserver<RaftMessage> out) {
        serve(StartLeaderElectionRequestProto.parser(), StartLeaderElectionRequestProto::getServerRequest, in, out, (raft, start) -> CompletableFuture.completedFuture(raft.startLeaderElection(start)));
    }

    @Override
    public void readIndex(RaftMessage in, StreamObserver<RaftMessage> out) {
        serve(ReadIndexRequestProto.parser(), ReadIndexRequestProto::getServerRequest, in, out, RaftServer::readIndexAsync);
    }

    private <Q> void serve(
            Parser<Q> parser, Function<Q, RaftRpcRequestProto> header, RaftMessage in, StreamObserver<RaftMessage> out, Handler<Q> handler) {
        // Without a handler, an answer to a caller that has given up throws.
        ((ServerCallStreamObserver<RaftMessage>) out).setOnCancelHandler(() -> {});
        RaftServer running = server;
        if (running == null) {
            out.onError(Status.UNAVAILABLE.withDescription("Raft is not running on this node").asRuntimeException());
            return;
        }
        try {
            Q request = SharedPortRpc.unwrap(parser, in);
            requireMeant(running, header.apply(request));
            handler.apply(running, request).whenComplete((reply, failure) -> {
                if (failure != null) {
                    out.onError(later(failure));
                } else {
                    out.onNext(SharedPortRpc.wrap(reply));
                    out.onCompleted();
                }
            });
        } catch (IOException | RuntimeException failed) {
            out.onError(later(failed));
        }
    }

    /**
     * Ratis itself answers whatever comes. A new disk at an owner's address would then vote and acknowledge in the name of the owner that was
     * there, and what a majority had would no longer be with a majority.
     */
    private static void requireMeant(RaftServer running, RaftRpcRequestProto header) throws IOException {
        String meant = header.getReplyId().toStringUtf8();
        if (!meant.equals(running.getId().toString())) throw new IOException("this is node " + running.getId() + ", not " + meant);
    }

    /** Not ready, paused, no such group: to an owner all of them say "try again later". */
    private static StatusRuntimeException later(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Status.UNAVAILABLE.withDescription(cause.toString()).asRuntimeException();
    }
}
