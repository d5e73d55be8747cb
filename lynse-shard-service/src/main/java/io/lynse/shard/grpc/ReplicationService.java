package io.lynse.shard.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.MemberImage;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.wire.v1.Heard;
import io.lynse.wire.v1.MemberMessage;
import io.lynse.wire.v1.ReplicationGrpc;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What other members of the group tell this one. A caller gets to send as many messages as are taken, and a few more. */
final class ReplicationService extends ReplicationGrpc.ReplicationImplBase {

    private static final int AHEAD = 16;

    private final MemberDriver member;

    ReplicationService(MemberDriver member) {
        this.member = member;
    }

    @Override
    public StreamObserver<MemberMessage> tell(StreamObserver<Heard> reply) {
        var call = Replies.toleratingCancel(reply);
        call.disableAutoRequest();
        call.request(1);
        return new Incoming(call);
    }

    /** One call, one thread at a time, as gRPC delivers it. */
    private final class Incoming implements StreamObserver<MemberMessage> {

        private final ServerCallStreamObserver<Heard> call;
        private @Nullable MemberImage from;
        private boolean over;

        private Incoming(ServerCallStreamObserver<Heard> call) {
            this.call = call;
        }

        @Override
        public void onNext(MemberMessage message) {
            if (over) return;
            try {
                MemberImage known = from;
                if (known == null) {
                    from = introduced(message);
                    call.request(AHEAD);
                } else {
                    Replies.decoded("message", () -> {
                        member.received(known, message, () -> call.request(1));
                        return true;
                    });
                }
            } catch (RuntimeException refused) {
                over = true;
                call.onError(Replies.status(refused));
            }
        }

        private MemberImage introduced(MemberMessage message) {
            if (!message.hasIntroduction()) throw new LynseException(LynseError.invalid("introduction", "whoever tells something says first who it is"));
            var said = message.getIntroduction();
            return Replies.decoded("introduction", () -> {
                var group = new ShardGroupId(said.getGroup());
                if (!member.belongsTo(said.getClusterId(), group)) {
                    // It may be one soon: its coordinator has not come by yet.
                    throw new LynseException(new LynseError.Unavailable(
                            "this node is no member of shard group " + group + " of cluster " + said.getClusterId(), Duration.ofSeconds(1)));
                }
                return new MemberImage(said.getUri(), new NodeId(said.getNodeId()));
            });
        }

        @Override
        public void onError(Throwable gone) {
            over = true;
        }

        @Override
        public void onCompleted() {
            if (over) return;
            over = true;
            call.onNext(Heard.getDefaultInstance());
            call.onCompleted();
        }
    }
}
