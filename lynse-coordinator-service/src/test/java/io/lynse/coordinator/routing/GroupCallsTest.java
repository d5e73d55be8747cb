package io.lynse.coordinator.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.coordinator.shardclient.FakeShard;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupCallsTest {

    private static final ShardGroupId SG0 = new ShardGroupId("sg0");
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

    private static GroupCalls calls(ShardClients shards) {
        var group = new ShardGroupImage(SG0, new MemberImage("http://127.0.0.1:1", new NodeId("a")), new Epoch(1), 1, List.of());
        var authority = new MemoryAuthority(ClusterImage.initial("cluster", 64, true, List.of(group)));
        return new GroupCalls(authority, shards, new Unsuspecting(), PATIENCE, PATIENCE);
    }

    private static final class Unsuspecting implements Suspicions {

        @Override
        public void node(String uri) {}

        @Override
        public void catalog(ShardGroupId group) {}

        @Override
        public String against(ShardGroupId group) {
            return "";
        }
    }
}
