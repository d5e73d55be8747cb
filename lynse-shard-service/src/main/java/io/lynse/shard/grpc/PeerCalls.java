package io.lynse.shard.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.lynse.metadata.MemberImage;
import io.lynse.model.NodeId;
import io.lynse.shard.ship.Peers;
import io.lynse.wire.v1.Heard;
import io.lynse.wire.v1.MemberMessage;
import io.lynse.wire.v1.ReplicationGrpc;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls of the {@code Replication} service of other members, over one channel each. */
public final class PeerCalls implements Peers, AutoCloseable {

    private final Function<String, ManagedChannel> connect;
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    /** @param connect opens a channel to {@code host:port}, with the cluster's key */
    public PeerCalls(Function<String, ManagedChannel> connect) {
        this.connect = connect;
    }

    @Override
    public Line open(Introduction introduction, MemberImage to, Events events) {
        ManagedChannel channel = channels.computeIfAbsent(NodeChannels.address(to.uri()), connect);
        // A node that is back is found at once; and one that is gone must be known to be gone now, not a while ago.
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) channel.resetConnectBackoff();
        var call = new Call(events);
        ReplicationGrpc.newStub(channel).tell(call);
        NodeId self = introduction.self().nodeId();
        call.tell(MemberMessage.newBuilder()
                .setIntroduction(MemberMessage.Introduction.newBuilder()
                        .setClusterId(introduction.clusterId())
                        .setGroup(introduction.group().value())
                        .setUri(introduction.self().uri())
                        .setNodeId(self == null ? "" : self.value()))
                .build());
        return call;
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    private static final class Call implements Line, ClientResponseObserver<MemberMessage, Heard> {

        private final Events events;
        private volatile @Nullable ClientCallStreamObserver<MemberMessage> out;

        private Call(Events events) {
            this.events = events;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<MemberMessage> requests) {
            requests.setOnReadyHandler(events::ready);
            out = requests;
        }

        private ClientCallStreamObserver<MemberMessage> out() {
            ClientCallStreamObserver<MemberMessage> requests = out;
            if (requests == null) throw new IllegalStateException("the call has not begun");
            return requests;
        }

        @Override
        public boolean isReady() {
            return out().isReady();
        }

        @Override
        public void tell(MemberMessage message) {
            try {
                out().onNext(message);
            } catch (IllegalStateException ended) {
                // Whoever ended it says so to the listener.
            }
        }

        @Override
        public void close() {
            out().cancel("nothing more to tell", null);
        }

        @Override
        public void onNext(Heard heard) {}

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            events.ended(refused(status), reason(status));
        }

        @Override
        public void onCompleted() {
            events.ended(false, "the other member ended it");
        }

        /** Whether the machine itself said that nobody listens at the port; a connection that timed out is another matter. */
        private static boolean refused(Status status) {
            return status.getCause() instanceof ConnectException cause && String.valueOf(cause.getMessage()).contains("Connection refused");
        }

        private static String reason(Status status) {
            Throwable cause = status.getCause();
            if (cause != null && cause.getMessage() != null) return cause.getMessage();
            return status.getDescription() == null ? status.getCode().name() : status.getDescription();
        }
    }
}
