package io.lynse.shard.owner;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.lynse.wire.v1.DescribeOwnerRequest;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.OwnerReport;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Whether the others go on without this owner, which never heard of it: a majority is enough to leave one out, and from then on nobody sends
 * it anything. Raft ends there when the others refuse it their votes; that is in order then, and no fault that a restart would mend.
 */
final class Dismissal {

    private static final Duration ANSWER = Duration.ofMillis(500);

    private final Function<String, ManagedChannel> connect;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean known;

    Dismissal(Function<String, ManagedChannel> connect) {
        this.connect = connect;
    }

    boolean known() {
        return known;
    }

    /** This node is taken in again. */
    void forget() {
        known = false;
    }

    /** Asks the owners that this node knows, in the background; one round at a time. */
    void ask(OwnerReport here) {
        if (known || !asking.compareAndSet(false, true)) return;
        Thread.ofVirtual().name("metadata-dismissal").start(() -> {
            try {
                for (Owner owner : here.getOwnersList()) {
                    if (!owner.getNodeId().equals(here.getNodeId()) && saysSo(owner, here)) known = true;
                }
            } finally {
                asking.set(false);
            }
        });
    }

    private boolean saysSo(Owner owner, OwnerReport here) {
        ManagedChannel channel = connect.apply(owner.getAddress());
        try {
            OwnerReport there = MetadataOwnerGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .describe(DescribeOwnerRequest.getDefaultInstance());
            return there.getGroupId().equals(here.getGroupId()) && !there.getClosed() && there.hasLeader() && there.getTerm() >= here.getTerm()
                    && there.getOwnersList().stream().noneMatch(other -> other.getNodeId().equals(here.getNodeId()));
        } catch (StatusRuntimeException silent) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }
}
