package io.lynse.coordinator.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.coordinator.shardclient.FakeShard;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupCallsTest {

    private static final ShardGroupId SG0 = new ShardGroupId("sg0");
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Nothing pauses it any more, so it would call the node as fast as it can. */
    @Test
    void anInterruptedCallerDoesNotAskAgain() {
        var attempts = new AtomicInteger();
        try (var shards = ShardClients.over(FakeShard::channel); var calls = calls(shards)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> calls.write(SG0, PATIENCE, Deadline.after(PATIENCE), (node, fence, deadline) -> {
                attempts.incrementAndGet();
                throw new LynseException(new LynseError.Unavailable("away", PATIENCE));
            })).isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(attempts).hasValue(1);
        } finally {
            Thread.interrupted();
        }
    }

    /** A process that hangs keeps its connections: only the metadata tells that another one leads. */
    @Test
    void aCallOfAPrimaryThatHangsIsGivenUpWhenAnotherOneLeadsAndGoesThere() {
        var primary = new MemberImage("http://127.0.0.1:19998", new NodeId("hanging"));
        var replica = new MemberImage("http://127.0.0.1:19999", new NodeId("other"));
        var group = new ShardGroupImage(SG0, primary, new Epoch(1), 1, List.of(new ReplicaImage(replica, ReplicaState.ACTIVE)));
        var authority = new MemoryAuthority(ClusterImage.initial("cluster", 64, Durability.DEFAULT, List.of(group)));
        try (var hanging = new FakeShard(primary.uri(), "hanging"); var other = new FakeShard(replica.uri(), "other");
                var shards = ShardClients.over(FakeShard::channel); var calls = new GroupCalls(authority, shards, new Unsuspecting(), new Patience(PATIENCE, PATIENCE, PATIENCE, PATIENCE))) {
            hanging.feel(FakeShard.Mood.HANGS);
            var asked = new CopyOnWriteArrayList<String>();
            var write = CompletableFuture.supplyAsync(() -> calls.write(SG0, LONG, Deadline.after(LONG), (node, fence, deadline) -> {
                asked.add(node.address().uri() + " in epoch " + fence.epoch());
                return node.append(fence, Entry.createDatabase("db"), deadline);
            }));
            await().until(() -> !asked.isEmpty());
            authority.propose(new Command.Promote(SG0, replica, new Epoch(1), new Epoch(1)), Deadline.after(LONG));
            shards.at(replica.uri()).probe(new View(authority.image(), authority.image().group(SG0), "", List.of()), Deadline.after(LONG));
            assertThat(write.join()).isZero();
            assertThat(asked).startsWith(primary.uri() + " in epoch 1").endsWith(replica.uri() + " in epoch 2");
        }
    }

    private static GroupCalls calls(ShardClients shards) {
        var group = new ShardGroupImage(SG0, new MemberImage("http://127.0.0.1:1", new NodeId("a")), new Epoch(1), 1, List.of());
        var authority = new MemoryAuthority(ClusterImage.initial("cluster", 64, Durability.DEFAULT, List.of(group)));
        return new GroupCalls(authority, shards, new Unsuspecting(), new Patience(PATIENCE, PATIENCE, PATIENCE, PATIENCE));
    }

    private static final class Unsuspecting implements Suspicions {

        @Override
        public void node(String uri) {}

        @Override
        public void catalog(ShardGroupId group) {}

        @Override
        public boolean silent(String uri) {
            return false;
        }

        @Override
        public String against(ShardGroupId group) {
            return "";
        }
    }
}
