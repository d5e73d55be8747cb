package io.lynse.coordinator.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An operator's change while the keeper itself is at work: a node keeps it waiting. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OwnerKeeperTest {

    private static final NodeAddress NODE = NodeAddress.parse("http://a:1");

    private static final ClusterImage IMAGE = ClusterImage.initial("one", 8, Durability.ASYNC, List.of(new ShardGroupImage(
            new ShardGroupId("sg0"), new MemberImage(NODE.uri(), new NodeId("node-a")), new Epoch(1), 1, List.of())));

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private volatile Supplier<Optional<LeaseEpoch>> leads = () -> Optional.of(LeaseEpoch.NONE);
    private final OwnerKeeper keeper = new OwnerKeeper(
            () -> IMAGE, List.of(NODE), List.of(), _ -> client(), () -> leads.get(), Duration.ofMillis(1));

    @BeforeEach
    void waitUntilItIsAtWork() throws InterruptedException {
        keeper.start();
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void end() throws InterruptedException {
        answers.countDown();
        keeper.close();
    }

    @Test
    void aChangeWaitsNoLongerThanItsDeadline() {
        refused(Deadline.after(Duration.ofMillis(50)), "another change of the metadata's owners is being made");
    }

    @Test
    void aChangeThatHadToWaitIsNotMadeIfTheLeaseWasLostMeanwhile() {
        leads = () -> {
            leads = Optional::empty;
            answers.countDown();
            return Optional.of(LeaseEpoch.NONE);
        };
        refused(Deadline.after(Duration.ofSeconds(60)), "no active coordinator leader");
    }

    private void refused(Deadline deadline, String reason) {
        assertThatThrownBy(() -> keeper.change(List.of(NODE), deadline)).hasMessageContaining(reason)
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class));
    }

    private OwnerClient client() {
        asked.countDown();
        try {
            answers.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        throw new LynseException(new LynseError.Unavailable("silent", Duration.ofSeconds(1)));
    }
}
