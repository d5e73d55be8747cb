package io.lynse.coordinator.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.coordinator.shardclient.FakeShard;
import io.lynse.coordinator.shardclient.ReadFence;
import io.lynse.coordinator.shardclient.ReadFence.Confirmation;
import io.lynse.coordinator.shardclient.ShardClients;
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
import io.lynse.model.Reading;
import io.lynse.model.Reading.Consistency;
import io.lynse.model.Reading.From;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is asked for a read, in which order, and what the caller is told. The nodes are played by the test. */
class GroupReadsTest {

    private static final ShardGroupId SG0 = new ShardGroupId("sg0");
    private static final MemberImage A = new MemberImage("http://127.0.0.1:1", new NodeId("a"));
    private static final MemberImage B = new MemberImage("http://127.0.0.1:2", new NodeId("b"));
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final LynseError AWAY = new LynseError.Unavailable("connection refused", Duration.ofSeconds(1));

    private final MemoryAuthority authority = new MemoryAuthority(ClusterImage.initial("cluster", 64, Durability.DEFAULT, List.of(
            new ShardGroupImage(SG0, A, new Epoch(1), 1, List.of(new ReplicaImage(B, ReplicaState.ACTIVE))))));
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ShardClients shards = ShardClients.over(FakeShard::channel);
    private final GroupCalls calls = new GroupCalls(authority, shards, new Known(), new Patience(SHORT, SHORT, LONG, LONG));

    @AfterEach
    void close() {
        calls.close();
        shards.close();
    }

    /** How a node answers. */
    private interface Node {
        String answer(ReadFence fence);
    }

    private String read(Reading reading, Node a, Node b) {
        return calls.read(SG0, LONG, reading, Deadline.after(LONG), (node, fence, deadline) -> {
            boolean isA = node.address().uri().equals(A.uri());
            asked.add((isA ? "a " : "b ") + fence.confirmation() + " " + fence.epoch());
            return (isA ? a : b).answer(fence);
        });
    }

    private static String fails(LynseError error) {
        throw new LynseException(error);
    }

    @Test
    void thePrimaryAnswersWhoAsksForNothingSpecial() {
        Reading reading = Reading.usual();
        assertThat(read(reading, _ -> "a", _ -> "b")).isEqualTo("a");
        assertThat(reading.unconfirmed()).isEmpty();
        assertThat(calls.readCounts().byPrimary()).isEqualTo(1);
        assertThat(calls.readCounts().retries()).isZero();
    }

    @Test
    void anotherMemberIsAskedBeforeAnErrorIsTold() {
        assertThat(read(Reading.usual(), _ -> fails(AWAY), _ -> "b")).isEqualTo("b");
        assertThat(read(Reading.usual(), _ -> fails(new LynseError.Internal("a file is damaged")), _ -> "b")).isEqualTo("b");
        assertThat(calls.readCounts().byReplica()).isEqualTo(2);
        assertThat(calls.readCounts().retries()).isEqualTo(2);
        LynseError busy = new LynseError.Overloaded("too many", Duration.ofSeconds(1));
        asked.clear();
        assertThatThrownBy(() -> read(Reading.usual(), _ -> fails(busy), _ -> fails(busy))).isInstanceOfSatisfying(LynseException.class, told ->
                assertThat(told.error()).isEqualTo(busy));
        assertThat(asked).containsExactly("a PRIMARY 1", "b PRIMARY 1");
        asked.clear();
        LynseError mistake = LynseError.invalid("ids", "external id 5 does not exist");
        assertThatThrownBy(() -> read(Reading.usual(), _ -> fails(mistake), _ -> "b")).hasMessageContaining("external id 5");
        assertThat(asked).containsExactly("a PRIMARY 1");
    }

    @Test
    void whoIsSilentIsAskedLast() {
        silent.add(A.uri());
        assertThat(read(Reading.usual(), _ -> "a", _ -> "b")).isEqualTo("b");
    }

    @Test
    void whoSpreadsItsReadsGetsAnswersOfAll() {
        var answers = new HashSet<String>();
        for (int i = 0; i < 200; i++) answers.add(read(new Reading(Consistency.DEFAULT, From.ANY), _ -> "a", _ -> "b"));
        assertThat(answers).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aStrongReadIsThePrimarysAndWaitsForThePromotion() {
        var strong = new Reading(Consistency.STRONG, From.ANY);
        assertThat(read(
                        strong,
                        _ -> {
                            if (asked.size() == 2) authority.propose(new Command.Promote(SG0, B, new Epoch(1), new Epoch(1)), Deadline.after(LONG));
                            return fails(AWAY);
                        },
                        _ -> "b"))
                .isEqualTo("b");
        assertThat(asked).startsWith("a ALL 1", "a ALL 1").endsWith("b ALL 2").doesNotContain("b ALL 1");
        assertThat(strong.unconfirmed()).isEmpty();
    }

    /** The old primary is stale now, and the patience for a group that nobody can lead is long over. */
    @Test
    void whoWasPromotedMeanwhileIsWaitedForThoughItIsTheOnlyOneLeft() {
        long begun = System.nanoTime();
        Node hanging = _ -> {
            if (System.nanoTime() - begun > 2 * SHORT.toNanos() && authority.image().group(SG0).epoch().equals(new Epoch(1))) {
                authority.propose(new Command.Promote(SG0, B, new Epoch(1), new Epoch(1)), Deadline.after(LONG));
            }
            return fails(AWAY);
        };
        Node promoted = fence -> asked.stream().filter("b PRIMARY 2"::equals).count() > 1 ? "b" : fails(AWAY);
        assertThat(read(Reading.usual(), hanging, promoted)).isEqualTo("b");
    }

    @Test
    void whereNoPromotionCanComeAMemberTellsWhatItKnowsAndTheCallerIsToldSo() {
        authority.confirmNothing();
        Reading reading = Reading.usual();
        Node follower = fence -> fence.confirmation() == Confirmation.NONE ? "b" : fails(AWAY);
        assertThat(read(reading, _ -> fails(AWAY), follower)).isEqualTo("b");
        assertThat(reading.unconfirmed().orElseThrow()).startsWith("shard group sg0: the metadata has not answered for ");
        assertThat(calls.readCounts().unconfirmedAnswers()).isEqualTo(1);
    }

    @Test
    void whileTheMetadataAnswersNobodyIsAskedForLess() {
        long begun = System.nanoTime();
        Node follower = _ -> System.nanoTime() - begun > 4 * SHORT.toNanos() ? "b" : fails(AWAY);
        Reading reading = Reading.usual();
        assertThat(read(reading, _ -> fails(AWAY), follower)).isEqualTo("b");
        assertThat(reading.unconfirmed()).isEmpty();
        assertThat(asked).noneMatch(call -> call.contains("NONE"));
    }

    private final class Known implements Suspicions {

        @Override
        public void node(String uri) {}

        @Override
        public void catalog(ShardGroupId group) {}

        @Override
        public boolean silent(String uri) {
            return silent.contains(uri);
        }

        @Override
        public String against(ShardGroupId group) {
            return "";
        }
    }
}
