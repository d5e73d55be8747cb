package io.lynse.coordinator.routing;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.GroupFence;
import io.lynse.coordinator.shardclient.OpenCalls;
import io.lynse.coordinator.shardclient.OpenCalls.Call;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.function.Function;

/** How calls reach nodes: what every attempt needs, whether it reads or writes. Also gives up those that will not be answered. */
final class Reach implements AutoCloseable {

    /** Between two attempts when no newer image comes, and between two looks at what is known of the nodes. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final MetadataAuthority authority;
    private final ShardClients shards;
    private final Suspicions suspicions;
    private final OpenCalls open = new OpenCalls();
    private final Thread watch;

    Reach(MetadataAuthority authority, ShardClients shards, Suspicions suspicions) {
        this.authority = authority;
        this.shards = shards;
        this.suspicions = suspicions;
        this.watch = Thread.ofVirtual().name("open-calls").start(this::watch);
    }

    ClusterImage image() {
        return authority.image();
    }

    /** Waits for a newer image, or a moment. */
    ClusterImage newerThan(ClusterImage image, Deadline deadline) {
        return authority.newerThan(image, deadline.atMost(PAUSE));
    }

    Suspicions suspicions() {
        return suspicions;
    }

    /**
     * One call of one node.
     * @param replaceable whether it is given up as soon as the node goes silent
     */
    <T> T call(GroupFence fence, String uri, boolean replaceable, Function<ShardClient, T> call) {
        return open.run(new Call(fence, uri, replaceable), this::isHopeless, () -> call.apply(shards.at(uri)));
    }

    /** What an attempt came up against is looked into. */
    void tell(ShardGroupId group, String uri, LynseError failure) {
        switch (failure) {
            case LynseError.NotFound _ -> suspicions.catalog(group);
            case LynseError.Overloaded _ -> {} // it is well, and busy
            default -> suspicions.node(uri);
        }
    }

    /** The prober knows more than the last attempt, such as a wrong key behind a call that was never made. */
    LynseError unavailable(ShardGroupId group, LynseError failure) {
        return new LynseError.Unavailable("shard group " + group + ": " + reason(group, failure), RETRY_AFTER);
    }

    String reason(ShardGroupId group, LynseError failure) {
        String known = suspicions.against(group);
        return known.isEmpty() ? failure.message() : known;
    }

    /** What the group itself decided keeps its words, which clients look at. */
    static LynseException named(ShardGroupId group, LynseException failed) {
        return switch (failed.error()) {
            case LynseError.OutcomeUnknown(String reason) -> new LynseException(new LynseError.OutcomeUnknown("shard group " + group + ": " + reason), failed);
            case LynseError.DeadlineExceeded(String reason) -> new LynseException(new LynseError.DeadlineExceeded("shard group " + group + ": " + reason), failed);
            default -> failed;
        };
    }

    private void watch() {
        ClusterImage image = authority.image();
        while (!Thread.currentThread().isInterrupted()) {
            image = authority.newerThan(image, Deadline.after(PAUSE));
            open.giveUp(this::isHopeless);
        }
    }

    /** Another primary leads by now: the node asked will refuse, or hangs. Or it hangs, and others may answer. */
    private boolean isHopeless(Call call) {
        ShardGroupImage group = authority.image().groups().get(call.fence().group());
        boolean over = group != null && group.epoch().compareTo(call.fence().epoch()) > 0;
        return over || call.replaceable() && suspicions.silent(call.uri());
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
