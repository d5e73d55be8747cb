package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynse.metadata.Command;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.metadata.wire.CommandWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.ship.GroupMetadata;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.OwnerEntry;
import io.lynse.wire.v1.ProposeRequest;
import io.lynse.wire.v1.ReadImageReply;
import io.lynse.wire.v1.ReadImageRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The owners of the cluster's metadata, as a primary asks them: one after the other, the one that answered last first. */
public final class OwnerCalls implements GroupMetadata, AutoCloseable {

    /** Of one question. What it comes to is looked at anew then. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Of one owner: another one is asked while there is time. */
    private static final Duration ATTEMPT = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Function<String, ManagedChannel> connect;
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final ByteString proposer = proposer();
    private final AtomicLong proposals = new AtomicLong();
    private volatile String answered = "";

    /** @param connect opens a channel to {@code host:port}, with the cluster's key */
    public OwnerCalls(Function<String, ManagedChannel> connect) {
        this.connect = connect;
    }

    private static ByteString proposer() {
        UUID id = UUID.randomUUID();
        return ByteString.copyFrom(ByteBuffer.allocate(2 * Long.BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).flip());
    }

    @Override
    public CompletableFuture<ShardGroupImage> ask(List<String> owners, ShardGroupId group, @Nullable Command command) {
        var answer = new CompletableFuture<ShardGroupImage>();
        Thread.ofVirtual().name("ask-metadata").start(() -> {
            try {
                answer.complete(askNow(owners, group, command));
            } catch (Throwable failed) {
                answer.completeExceptionally(failed);
            }
        });
        return answer;
    }

    private ShardGroupImage askNow(List<String> owners, ShardGroupId group, @Nullable Command command) throws InterruptedException {
        if (owners.isEmpty()) throw new IllegalStateException("no owner of the cluster's metadata is known");
        Deadline deadline = Deadline.after(PATIENCE);
        if (command != null) {
            // The same number with every owner: it is decided once.
            var request = ProposeRequest.newBuilder()
                    .setProposerId(proposer)
                    .setProposalId(proposals.incrementAndGet())
                    .setEntry(OwnerEntry.newBuilder().setCommand(CommandWire.command(command)))
                    .build();
            first(owners, deadline, owner -> owner.propose(request)); // accepted or refused: what follows from it is read
        }
        ReadImageReply reply = first(owners, deadline, owner -> owner.read(ReadImageRequest.getDefaultInstance()));
        return ImageWire.image(reply.getImage()).group(group);
    }

    /** What the first owner says that says anything. */
    private <T> T first(List<String> owners, Deadline deadline, Function<MetadataOwnerGrpc.MetadataOwnerBlockingStub, T> question) throws InterruptedException {
        String why = "";
        while (true) {
            for (String owner : inOrder(owners)) {
                ManagedChannel channel = channels.computeIfAbsent(NodeChannels.address(owner), connect);
                try {
                    long within = deadline.atMost(ATTEMPT).remainingNanos();
                    T said = question.apply(MetadataOwnerGrpc.newBlockingStub(channel).withDeadlineAfter(within, TimeUnit.NANOSECONDS));
                    answered = owner;
                    return said;
                } catch (StatusRuntimeException failed) {
                    if (failed.getStatus().getCode() == Status.Code.UNAVAILABLE) channel.resetConnectBackoff();
                    why = owner + ": " + failed.getStatus();
                }
                if (deadline.passed()) throw new IllegalStateException(why);
            }
            Thread.sleep(PAUSE);
        }
    }

    private List<String> inOrder(List<String> owners) {
        if (!owners.contains(answered)) return owners;
        var ordered = new ArrayList<>(owners);
        ordered.remove(answered);
        ordered.addFirst(answered);
        return ordered;
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
