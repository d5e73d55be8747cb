package io.lynse.shard.owner;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.OwnerReport;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes others the owners, one step of Raft's configuration after the other. What was reached stands, so whoever asks again goes on from
 * there, at whatever owner leads then.
 */
public final class OwnerChanges {

    private static final Logger log = LoggerFactory.getLogger(OwnerChanges.class);

    /** For Ratis: its own time-out. */
    private static final long RAFT_SAYS = 0;

    /** A new leader is ready when the first entry of its term is committed. */
    private static final Executor SOON = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, Thread::startVirtualThread);

    private final RaftServer raft;
    private final ClientId self;
    private final AtomicLong calls;
    private final Supplier<CompletableFuture<ImageHistory.Held>> confirmed;
    private final Supplier<OwnerReport> describe;

    /**
     * @param confirmed the image that holds every change answered before
     * @param describe  what this node is to the metadata now
     */
    OwnerChanges(
            RaftServer raft, ClientId self, AtomicLong calls, Supplier<CompletableFuture<ImageHistory.Held>> confirmed, Supplier<OwnerReport> describe) {
        this.raft = raft;
        this.self = self;
        this.calls = calls;
        this.confirmed = confirmed;
        this.describe = describe;
    }

    /**
     * Leads the group, step by step, to those owners; newcomers have joined before.
     *
     * @param expected who they are now, or on the way from there to those wanted; empty: whoever they are
     * @param lease    under which it was decided; null: nobody's
     * @return fails with Unavailable where it got stuck: what was reached stands, and asking again goes on from there; with Conflict if others
     *     are the owners than expected, or the lease has changed hands
     */
    CompletableFuture<Changed> change(RaftGroupId group, List<Owner> expected, List<Owner> wanted, @Nullable LeaseEpoch lease) {
        List<Owner> current;
        Optional<List<Owner>> next;
        try {
            RaftServer.Division division = raft.getDivision(group);
            current = MetadataOwner.owners(division);
            // What another owner has of the group may be old, and a node that has just joined has nothing yet.
            if (!division.getInfo().isLeader()) return CompletableFuture.completedFuture(Changed.elsewhere(describe.get(), leader(division)));
            if (!division.getInfo().isLeaderReady()) return CompletableFuture.supplyAsync(() -> change(group, expected, wanted, lease), SOON).thenCompose(later -> later);
            next = OwnerSteps.next(current, wanted, raft.getId().toString());
        } catch (IllegalArgumentException impossible) {
            throw new LynseException(LynseError.invalid("owners", String.valueOf(impossible.getMessage())), impossible);
        } catch (IOException ended) {
            throw MetadataOwner.unavailable(String.valueOf(ended));
        }
        if (next.isEmpty()) return CompletableFuture.completedFuture(Changed.made(describe.get()));
        if (!expected.isEmpty() && !OwnerSteps.sorted(expected).equals(current)) {
            throw new LynseException(new LynseError.Conflict("the owners of the cluster's metadata are " + told(current) + ", not " + told(expected)));
        }
        List<Owner> step = next.get();
        if (step.stream().noneMatch(owner -> owner.getNodeId().equals(raft.getId().toString()))) {
            return handOver(group, step.stream().filter(current::contains).sorted(Comparator.comparing(owner -> !wanted.contains(owner))).toList());
        }
        // On another thread: Ratis answers under its own lock, and its next call would wait for that.
        return stillUnder(lease).thenComposeAsync(_ -> configure(group, current, step), Thread::startVirtualThread).thenComposeAsync(reply -> {
            RaftPeer leader = reply.getNotLeaderException() == null ? null : reply.getNotLeaderException().getSuggestedLeader();
            if (leader != null) return CompletableFuture.completedFuture(Changed.elsewhere(describe.get(), MetadataOwner.owner(leader)));
            if (!reply.isSuccess()) throw MetadataOwner.unavailable("the owners did not become " + told(step) + ": " + reply.getException());
            log.atInfo().addKeyValue("owners", told(step)).log("the owners of the cluster's metadata changed");
            return change(group, step, wanted, lease);
        }, Thread::startVirtualThread);
    }

    /**
     * Who decided under a lease that has changed hands may have been paused since, and what it saw may be over. The owners confirm the image
     * first: the one of them that has just begun to lead may have built less of it than was decided.
     */
    private CompletableFuture<Void> stillUnder(@Nullable LeaseEpoch lease) {
        if (lease == null) return CompletableFuture.allOf(); // of nothing: done
        return confirmed.get().thenAccept(held -> {
            LeaseEpoch now = held.image() == null ? LeaseEpoch.NONE : held.image().lease().epoch();
            if (now.equals(lease)) return;
            throw new LynseException(new LynseError.Conflict("lease " + lease + " was followed by lease " + now + ": another coordinator leads"));
        });
    }

    private Owner leader(RaftServer.Division division) {
        RaftPeerId leader = division.getInfo().getLeaderId();
        RaftPeer peer = leader == null ? null : division.getRaftConf().getPeer(leader);
        if (peer == null) throw MetadataOwner.unavailable("this owner of the cluster's metadata knows no leader");
        return MetadataOwner.owner(peer);
    }

    private static List<String> told(List<Owner> owners) {
        return owners.stream().map(Owner::getNodeId).toList();
    }

    /**
     * A leader that is to leave must not lead when it does: Ratis ends its part under a lock for which a request at that moment waits for ever,
     * and its end waits for the request.
     */
    private CompletableFuture<Changed> handOver(RaftGroupId group, List<Owner> heirs) {
        if (heirs.isEmpty()) throw MetadataOwner.unavailable("the owner that leads is to leave, and none of those that stay took over from it");
        Owner heir = heirs.getFirst();
        CompletableFuture<RaftClientReply> answer;
        try {
            answer = raft.transferLeadershipAsync(new TransferLeadershipRequest(
                    self, raft.getId(), group, calls.incrementAndGet(), RaftPeerId.valueOf(heir.getNodeId()), RAFT_SAYS));
        } catch (IOException ended) {
            throw MetadataOwner.unavailable(String.valueOf(ended));
        }
        return answer.thenComposeAsync(
                reply -> reply.isSuccess()
                        ? CompletableFuture.completedFuture(Changed.handedOver(describe.get(), heir))
                        : handOver(group, heirs.subList(1, heirs.size())),
                Thread::startVirtualThread);
    }

    /** One step, if the owners are still the current ones: of two changes under way one gets stuck. */
    private CompletableFuture<RaftClientReply> configure(RaftGroupId group, List<Owner> current, List<Owner> next) {
        var change = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(MetadataOwner.peers(current))
                .setServersInNewConf(MetadataOwner.peers(next))
                .build();
        try {
            return raft.setConfigurationAsync(new SetConfigurationRequest(self, raft.getId(), group, calls.incrementAndGet(), change));
        } catch (IOException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    /**
     * How far a change got here.
     *
     * @param leader     who must be asked to go on; null: the owners are those wanted
     * @param handedOver whether this node led until now, and the owners are those of the report
     */
    public record Changed(OwnerReport report, @Nullable Owner leader, boolean handedOver) {

        static Changed made(OwnerReport report) {
            return new Changed(report, null, false);
        }

        static Changed elsewhere(OwnerReport report, Owner leader) {
            return new Changed(report, leader, false);
        }

        static Changed handedOver(OwnerReport report, Owner heir) {
            return new Changed(report, heir, true);
        }
    }
}
