package io.lynse.shard.owner.raft;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ManagedChannel;
import io.lynse.wire.v1.RaftMessage;
import java.util.function.Function;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;

/**
 * A transport of Apache Ratis over a gRPC server that is there already: {@link RaftInbound} is one more service of that server,
 * {@link RaftOutbound} calls through channels that the node opens. Ratis makes a transport by its class name, so what it needs of the
 * node travels in Ratis' parameters.
 */
public final class SharedPortRpc implements RpcType {

    private static final String LINK = "lynse.raft.link";

    /**
     * What the node lends to Raft.
     *
     * @param connect opens a channel to {@code host:port}, with the cluster's key; it connects at its first call
     */
    public record Link(RaftInbound inbound, Function<String, ManagedChannel> connect) {
        public Parameters asParameters() {
            var parameters = new Parameters();
            parameters.put(LINK, this, Link.class);
            return parameters;
        }
    }

    @Override
    public String name() {
        return getClass().getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        Link link = parameters.getNonNull(LINK, Link.class);
        return new ServerFactory() {
            @Override
            public RpcType getRpcType() {
                return SharedPortRpc.this;
            }

            @Override
            public RaftServerRpc newRaftServerRpc(RaftServer server) {
                return new RaftOutbound(SharedPortRpc.this, link, server);
            }
        };
    }

    static RaftMessage wrap(MessageLite message) {
        return RaftMessage.newBuilder().setMessage(UnsafeByteOperations.unsafeWrap(message.toByteArray())).build();
    }

    static <M> M unwrap(Parser<M> parser, RaftMessage message) throws InvalidProtocolBufferException {
        return parser.parseFrom(message.getMessage().asReadOnlyByteBuffer());
    }
}
