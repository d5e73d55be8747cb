package io.lynse.shard.owner;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.NodeId;
import io.lynse.shard.owner.raft.RaftInbound;
import io.lynse.shard.owner.raft.SharedPortRpc;
import io.lynse.wire.v1.MissesLeaderReply;
import io.lynse.wire.v1.MissesLeaderRequest;
import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.OwnerEntry;
import io.lynse.wire.v1.OwnerReport;
import io.lynse.wire.v1.ProposeReply;
import io.lynse.wire.v1.ReadImageReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raft on this node. Idle until the node is made an owner; a node that was one is one again when it starts. Its identity in Raft is the
 * node id, so another disk under an old address is another owner.
 */
public final class MetadataOwner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MetadataOwner.class);
    private static final int CHANGES_KEPT = 4096;

    private final RaftServer raft;
    private final RaftInbound inbound;
    private final ImageHistory history;
    private final OpenProposals open;
    private final LeaderWatch watch;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final OwnerChanges changes;
    private final Dismissal dismissal;

    private MetadataOwner(RaftServer raft, RaftInbound inbound, ImageHistory history, OpenProposals open, Function<String, ManagedChannel> connect) {
        this.raft = raft;
        this.inbound = inbound;
        this.history = history;
        this.open = open;
        this.watch = new LeaderWatch(raft.getId().toString(), new FollowedLeader(raft), connect);
        this.dismissal = new Dismissal(connect);
        this.changes = new OwnerChanges(raft, self, calls, this::confirmed, this::describe);
    }

    /**
     * Starts Raft, and with it the group that the folder holds, if it holds one.
     *
     * @param folder  Raft's own, on this node's disk
     * @param connect opens a channel to an owner at {@code host:port}, with the cluster's key
     * @throws IOException if the folder cannot be read or written
     */
    public static MetadataOwner start(
            Path folder, NodeId node, OwnerSettings settings, Function<String, ManagedChannel> connect) throws IOException {
        Files.createDirectories(folder);
        var properties = settings.properties(folder);
        LogBehindSnapshot.drop(folder, RaftServerConfigKeys.Log.Appender.bufferByteLimit(properties));
        RaftConfigKeys.Rpc.setType(properties, new SharedPortRpc());
        var inbound = new RaftInbound();
        var history = new ImageHistory(CHANGES_KEPT);
        var open = new OpenProposals();
        RaftServer raft = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(node.value()))
                .setStateMachineRegistry(_ -> new ImageMachine(history, open::appended))
                .setProperties(properties)
                .setParameters(new SharedPortRpc.Link(inbound, connect).asParameters())
                .build();
        raft.start();
        var owner = new MetadataOwner(raft, inbound, history, open, connect);
        owner.group().ifPresent(group -> log.atInfo().addKeyValue("group", group.getUuid()).log("this node is an owner of the cluster's metadata"));
        return owner;
    }

    /**
     * Whether Raft gave up on this owner, which must then be restarted: its group would go on without it, and nobody would know. That Raft ends
     * on a node which is no owner any more is in order.
     */
    public boolean ended() {
        OwnerReport now = describe();
        if (!now.getClosed() || hasLeft(now)) return false;
        dismissal.ask(now);
        return true;
    }

    /** Whether the owners are others, as this node knows or has been told. */
    private boolean hasLeft(OwnerReport now) {
        return dismissal.known() || now.getOwnersCount() > 0 && now.getOwnersList().stream().noneMatch(owner -> owner.getNodeId().equals(now.getNodeId()));
    }

    /** To be added to the node's gRPC server. */
    public RaftInbound inbound() {
        return inbound;
    }

    /** Whether the leader refuses this owner, too. Blocks for a short time. */
    public MissesLeaderReply missesLeader(MissesLeaderRequest asked) {
        return watch.word(asked);
    }

    /** The image here, and what changes it. */
    public ImageHistory history() {
        return history;
    }

    /** The one group of this node. */
    Optional<RaftGroupId> group() {
        var ids = raft.getGroupIds().iterator();
        return ids.hasNext() ? Optional.of(ids.next()) : Optional.empty();
    }

    /** @throws LynseException Unavailable if this node is no owner, or one that hears no leader: what it has may be old without end */
    public void requireLed() {
        RaftGroupId group = ownGroup();
        try {
            RaftServer.Division division = raft.getDivision(group);
            boolean led = division.getInfo().getLeaderId() != null && division.getRaftConf().getPeer(raft.getId()) != null;
            if (!led) throw unavailable("this owner of the cluster's metadata hears no leader");
        } catch (IOException ended) {
            throw unavailable(String.valueOf(ended));
        }
    }

    private RaftGroupId ownGroup() {
        return group().orElseThrow(() -> unavailable("node " + raft.getId() + " does not keep the cluster's metadata"));
    }

    /**
     * Has an entry decided by the group. The same proposer and proposal, at whatever owner, are decided once.
     *
     * @param proposer 16 bytes
     * @return fails with Unavailable if it will never be decided by this attempt, with OutcomeUnknown if it may be
     */
    public CompletableFuture<Proposed> propose(byte[] proposer, long proposal, OwnerEntry entry) {
        RaftClientRequest request = request(RaftClientRequest.writeRequestType())
                .setClientId(ClientId.valueOf(UnsafeByteOperations.unsafeWrap(proposer)))
                .setCallId(proposal)
                .setMessage(Message.valueOf(ImageMachine.shaded(entry.toByteString())))
                .build();
        open.begin(request);
        return submit(request).handle((reply, failure) -> {
            boolean appended = open.end(request);
            if (reply != null && reply.isSuccess()) return new Proposed.Decided(decided(reply));
            RaftPeer leader = reply == null || reply.getNotLeaderException() == null ? null : reply.getNotLeaderException().getSuggestedLeader();
            if (leader != null && !appended) return new Proposed.Elsewhere(owner(leader));
            String reason = "the owners of the cluster's metadata did not decide: " + cause(reply, failure);
            throw appended ? new LynseException(new LynseError.OutcomeUnknown(reason)) : unavailable(reason);
        });
    }

    private static ProposeReply decided(RaftClientReply reply) {
        try {
            return ProposeReply.parseFrom(reply.getMessage().getContent().asReadOnlyByteBuffer());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The image that holds every change answered before this call.
     * @return fails with Unavailable when a majority of the owners did not confirm it in time
     */
    public CompletableFuture<ReadImageReply> read() {
        return confirmed().thenApply(ImageMachine::state);
    }

    private CompletableFuture<ImageHistory.Held> confirmed() {
        RaftClientRequest request = request(RaftClientRequest.readRequestType()).setClientId(self).setCallId(calls.incrementAndGet()).build();
        return submit(request).handle((reply, failure) -> {
            if (reply != null && reply.isSuccess()) return history.held();
            throw unavailable("the owners of the cluster's metadata cannot confirm it: " + cause(reply, failure));
        });
    }

    /** The image as it is here, without asking the others. */
    public ReadImageReply readHere() {
        return ImageMachine.state(history.held());
    }

    private RaftClientRequest.Builder request(RaftClientRequest.Type type) {
        return RaftClientRequest.newBuilder().setServerId(raft.getId()).setGroupId(ownGroup()).setType(type).setMessage(Message.EMPTY);
    }

    private CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
        try {
            return raft.submitClientRequestAsync(request);
        } catch (IOException | RuntimeException notStarted) {
            return CompletableFuture.failedFuture(notStarted);
        }
    }

    /** For callers, who see it: Ratis' own words fill many lines. */
    private static String cause(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
        Throwable thrown = reply != null ? reply.getException() : failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (thrown) {
            case NotLeaderException _ -> "none of them leads";
            case LeaderNotReadyException _ -> "the one that leads is not ready yet";
            case null -> "no reason was given";
            default -> String.valueOf(thrown.getMessage()).lines().findFirst().orElseGet(thrown::toString);
        };
    }

    static LynseException unavailable(String reason) {
        return new LynseException(new LynseError.Unavailable(reason, Duration.ofSeconds(1)));
    }

    /** What this node is to the metadata now. */
    public OwnerReport describe() {
        var out = OwnerReport.newBuilder().setNodeId(raft.getId().toString());
        RaftGroupId group = group().orElse(null);
        if (group == null) return out.build();
        out.setGroupId(group.getUuid().toString());
        ImageHistory.Held held = history.held();
        ClusterImage image = held.image();
        if (image != null) out.setClusterId(image.clusterId()).setMetaEpoch(image.metaEpoch());
        out.setApplied(held.position());
        try {
            RaftServer.Division division = raft.getDivision(group);
            var info = division.getInfo();
            LifeCycle.State state = info.getLifeCycleState();
            out.setClosed(state.isClosingOrClosed() || state == LifeCycle.State.EXCEPTION);
            out.setRole(info.getCurrentRole().name().toLowerCase(Locale.ROOT));
            out.setTerm(info.getCurrentTerm());
            List<Owner> owners = owners(division);
            out.addAllOwners(owners);
            RaftPeerId leader = info.getLeaderId();
            owners.stream().filter(owner -> leader != null && owner.getNodeId().equals(leader.toString())).findFirst().ifPresent(out::setLeader);
        } catch (IOException | RuntimeException notYet) { // between the port's opening and Raft's start there is no role
            out.setRole("").setClosed(raft.getLifeCycleState().isClosingOrClosed());
        }
        return out.build();
    }

    static List<Owner> owners(RaftServer.Division division) {
        return OwnerSteps.sorted(division.getRaftConf().getCurrentPeers().stream().map(MetadataOwner::owner).toList());
    }

    static Owner owner(RaftPeer peer) {
        return Owner.newBuilder().setNodeId(peer.getId().toString()).setAddress(peer.getAddress()).build();
    }

    static List<RaftPeer> peers(List<Owner> owners) {
        return owners.stream().map(MetadataOwner::peer).toList();
    }

    private static RaftPeer peer(Owner owner) {
        return RaftPeer.newBuilder().setId(owner.getNodeId()).setAddress(owner.getAddress()).build();
    }

    /**
     * Makes this node one of a group's owners, or, if it was one before and has left, lets it wait to be taken in again. One call at a time: a
     * node has one group.
     *
     * @param owners who forms the group now, this node among them; empty: they exist already and will take this node in
     * @throws LynseException Conflict if it belongs to another group
     */
    public synchronized OwnerReport join(UUID id, List<Owner> owners) {
        var wanted = RaftGroupId.valueOf(id);
        RaftGroupId known = group().orElse(null);
        if (wanted.equals(known)) return awake(wanted);
        if (known != null) {
            throw new LynseException(new LynseError.Conflict("node " + raft.getId() + " keeps the metadata of group " + known.getUuid() + ", not of " + id));
        }
        if (!owners.isEmpty() && owners.stream().noneMatch(owner -> owner.getNodeId().equals(raft.getId().toString()))) {
            throw new LynseException(LynseError.invalid("owners", "node " + raft.getId() + " is not among those who form the group"));
        }
        manage(GroupManagementRequest.newAdd(self, raft.getId(), calls.incrementAndGet(), RaftGroup.valueOf(wanted, peers(owners)), true));
        log.atInfo().addKeyValue("group", id).addKeyValue("owners", owners.size()).log("this node became an owner of the cluster's metadata");
        return describe();
    }

    /** Ratis ends the part of a node that has left, and answers nobody there. What a restart of the node would do is done for the group alone. */
    private OwnerReport awake(RaftGroupId group) {
        OwnerReport now = describe();
        if (!now.getClosed() || !hasLeft(now)) return now;
        manage(GroupManagementRequest.newRemove(self, raft.getId(), calls.incrementAndGet(), group, false, false));
        manage(GroupManagementRequest.newAdd(self, raft.getId(), calls.incrementAndGet(), RaftGroup.valueOf(group), false));
        dismissal.forget();
        log.atInfo().addKeyValue("group", group.getUuid()).log("this node waits to be an owner of the cluster's metadata again");
        return describe();
    }

    private void manage(GroupManagementRequest request) {
        try {
            RaftClientReply reply = raft.groupManagement(request);
            if (!reply.isSuccess()) throw unavailable(String.valueOf(reply.getException()));
        } catch (IOException failed) {
            throw unavailable(String.valueOf(failed));
        }
    }

    /** Makes others the owners; see {@link OwnerChanges#change}. */
    public CompletableFuture<OwnerChanges.Changed> change(List<Owner> expected, List<Owner> wanted, @Nullable LeaseEpoch lease) {
        return changes.change(ownGroup(), expected, wanted, lease);
    }

    @Override
    public void close() {
        watch.close();
        try {
            raft.close();
        } catch (IOException failed) {
            log.atWarn().setCause(failed).log("Raft did not end cleanly");
        }
    }
}
