package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.wire.ChangeWire;
import io.lynse.metadata.wire.CommandWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.model.Deadline;
import io.lynse.model.NodeId;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.v1.ChangeOwnersRequest;
import io.lynse.wire.v1.DescribeOwnerRequest;
import io.lynse.wire.v1.JoinOwnersRequest;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.OwnerEntry;
import io.lynse.wire.v1.OwnerReport;
import io.lynse.wire.v1.ProposeReply;
import io.lynse.wire.v1.ProposeRequest;
import io.lynse.wire.v1.ReadImageReply;
import io.lynse.wire.v1.ReadImageRequest;
import io.lynse.wire.v1.WatchEvent;
import io.lynse.wire.v1.WatchRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one node is asked as an owner of the cluster's metadata. Every call blocks until it is answered or the deadline has passed. Failures
 * are {@link LynseException}: what the node said, or what {@link CallErrors} makes of the transport's failure.
 */
public final class OwnerClient {

    /** @param proposer 16 bytes, drawn when the asking process starts @param number the same in every attempt at one command */
    public record ProposalId(byte[] proposer, long number) {}

    /** What an owner tells a follower. */
    public sealed interface News {
        long position();

        record Whole(long position, ClusterImage image) implements News {}

        /**
         * All that lies between two positions.
         * @param after   position of the image that they change
         * @param records none: the owner is there and has nothing new
         */
        record Changes(long after, long position, List<MetadataRecord> records) implements News {
            public Changes {
                records = List.copyOf(records);
            }
        }
    }

    /** @param image null: the group has none yet */
    public record Held(long position, @Nullable ClusterImage image) {}

    /** @param records what it changed; none: it was so already */
    public record Decided(long position, List<MetadataRecord> records) {
        public Decided {
            records = List.copyOf(records);
        }
    }

    private final NodeAddress node;
    private final ManagedChannel channel;
    private final MetadataOwnerGrpc.MetadataOwnerBlockingV2Stub stub;

    OwnerClient(NodeAddress node, ManagedChannel channel) {
        this.node = node;
        this.channel = channel;
        this.stub = MetadataOwnerGrpc.newBlockingV2Stub(channel);
    }

    public NodeAddress node() {
        return node;
    }

    public OwnerState describe(Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> state(within(deadline).describe(DescribeOwnerRequest.getDefaultInstance())));
    }

    /** @throws LynseException the refusal; OutcomeUnknown if it may be decided, also later */
    public Decided propose(ProposalId id, Command command, Deadline deadline) {
        return propose(id, OwnerEntry.newBuilder().setCommand(CommandWire.command(command)).build(), deadline);
    }

    /** Gives the group its first image; one that has an image keeps it. */
    public void form(ProposalId id, ClusterImage first, Deadline deadline) {
        propose(id, OwnerEntry.newBuilder().setForm(ImageWire.image(first)).build(), deadline);
    }

    private Decided propose(ProposalId id, OwnerEntry entry, Deadline deadline) {
        var request = ProposeRequest.newBuilder().setProposerId(ByteString.copyFrom(id.proposer())).setProposalId(id.number()).setEntry(entry).build();
        return call(CallErrors.Kind.WRITE, () -> {
            ProposeReply reply = within(deadline).propose(request);
            if (reply.hasRefused()) throw new LynseException(ErrorWire.error(reply.getRefused()));
            return new Decided(reply.getPosition(), ChangeWire.records(reply.getAccepted()));
        });
    }

    /** Confirmed by a majority of the owners. */
    public Held read(Deadline deadline) {
        return call(CallErrors.Kind.READ, () -> held(within(deadline).read(ReadImageRequest.getDefaultInstance())));
    }

    private static Held held(ReadImageReply reply) {
        return new Held(reply.getPosition(), reply.hasImage() ? ImageWire.image(reply.getImage()) : null);
    }

    /**
     * Hears what changes after a position, until the deadline, an interrupt or a failure.
     * @param silence the longest time without a word of this owner, which speaks once a second
     */
    public void watch(String clusterId, long after, Deadline deadline, Duration silence, Consumer<News> listener) {
        call(CallErrors.Kind.READ, () -> {
            BlockingClientCall<?, WatchEvent> events = within(deadline).watch(WatchRequest.newBuilder().setClusterId(clusterId).setAfter(after).build());
            try {
                long position = after;
                for (WatchEvent event = next(events, silence); event != null; event = next(events, silence)) {
                    listener.accept(news(position, event));
                    position = event.getPosition();
                }
            } finally {
                events.cancel("heard enough", null);
            }
            return true;
        });
    }

    private static @Nullable WatchEvent next(BlockingClientCall<?, WatchEvent> events, Duration silence)
            throws InterruptedException, StatusException {
        try {
            return events.read(silence.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException silent) {
            throw Status.UNAVAILABLE.withDescription("no word for " + silence.toMillis() + " ms").asException();
        }
    }

    private static News news(long after, WatchEvent event) {
        return switch (event.getWhatCase()) {
            case IMAGE -> new News.Whole(event.getPosition(), ImageWire.image(event.getImage()));
            case CHANGES, WHAT_NOT_SET -> new News.Changes(after, event.getPosition(), ChangeWire.records(event.getChanges()));
        };
    }

    /** @param owners who forms the group now; none: they exist and will take this node in */
    public OwnerState join(UUID group, List<OwnerState.Owner> owners, Deadline deadline) {
        var request = JoinOwnersRequest.newBuilder().setGroupId(group.toString()).addAllOwners(owners.stream().map(OwnerClient::message).toList()).build();
        return call(CallErrors.Kind.WRITE, () -> state(within(deadline).join(request)));
    }

    /**
     * @param expected who they are now
     * @param lease    under which it was decided
     * @throws LynseException Conflict if others are, or the lease has changed hands
     */
    public OwnerState change(List<OwnerState.Owner> expected, List<OwnerState.Owner> owners, LeaseEpoch lease, Deadline deadline) {
        var request = ChangeOwnersRequest.newBuilder()
                .addAllExpected(expected.stream().map(OwnerClient::message).toList())
                .addAllOwners(owners.stream().map(OwnerClient::message).toList())
                .setUnderLease(lease.value())
                .build();
        return call(CallErrors.Kind.WRITE, () -> state(within(deadline).changeOwners(request)));
    }

    private static Owner message(OwnerState.Owner owner) {
        return Owner.newBuilder().setNodeId(owner.node().value()).setAddress(owner.address()).build();
    }

    private static OwnerState state(OwnerReport report) {
        return new OwnerState(
                new NodeId(report.getNodeId()),
                report.getGroupId().isEmpty() ? null : UUID.fromString(report.getGroupId()),
                report.getClusterId().isEmpty() ? null : report.getClusterId(),
                report.getRole(),
                report.getOwnersList().stream().map(owner -> new OwnerState.Owner(new NodeId(owner.getNodeId()), owner.getAddress())).toList(),
                report.hasLeader() ? new NodeId(report.getLeader().getNodeId()) : null,
                report.getApplied(),
                report.getMetaEpoch(),
                report.getTerm(),
                report.getClosed(),
                report.getMemberOf().isEmpty() ? null : report.getMemberOf());
    }

    private MetadataOwnerGrpc.MetadataOwnerBlockingV2Stub within(Deadline deadline) {
        return stub.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    private interface Call<T> {
        T get() throws StatusException, InterruptedException;
    }

    private <T> T call(CallErrors.Kind kind, Call<T> call) {
        try {
            return call.get();
        } catch (StatusException | StatusRuntimeException failed) {
            // Without this a node that is back would be found up to two minutes late.
            if (Status.fromThrowable(failed).getCode() == Status.Code.UNAVAILABLE) channel.resetConnectBackoff();
            throw CallErrors.of(node, kind, failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.OutcomeUnknown("this coordinator is stopping"), stopped);
        } catch (IllegalArgumentException garbled) {
            throw new LynseException(new LynseError.Internal(node + " sent metadata that cannot be read: " + garbled.getMessage()), garbled);
        }
    }
}
