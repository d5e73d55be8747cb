package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.metadata.RecoveryPolicy.Member;
import io.lynse.coordinator.metadata.RecoveryPolicy.Word;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveryPolicyTest {

    private static final NodeAddress A = NodeAddress.parse("http://a:1");
    private static final NodeAddress B = NodeAddress.parse("http://b:1");
    private static final ClusterImage CACHED = ClusterImage.initial("one", 8, Durability.DEFAULT, List.of(new ShardGroupImage(
            new ShardGroupId("sg0"), new MemberImage(A.uri(), new NodeId("a")), new Epoch(3), 5,
            List.of(new ReplicaImage(new MemberImage(B.uri(), new NodeId("b")), ReplicaState.ACTIVE)))));

    @Test
    void goesOnWhereNobodyKeepsAnythingAndNoEpochIsNewer() {
        var plan = decide(empty("a", 3), empty("b", 2));
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.owners()).containsExactly(new OwnerState.Owner(new NodeId("a"), A.grpcAddress()));
        assertThat(plan.joining()).containsExactly(A);
    }

    @Test
    void goesOnWhereItStoppedHalfWay() {
        UUID group = decide(empty("a", 3), empty("b", 3)).group();
        var plan = decide(new Word(state("a", group, null), new Member(new Epoch(3), 0)), empty("b", 3));
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.joining()).isEmpty();
    }

    @Test
    void stopsWhereItHasSucceeded() {
        UUID group = decide(empty("a", 3), empty("b", 3)).group();
        assertThat(decide(new Word(state("a", group, "one"), new Member(new Epoch(3), 0)), empty("b", 3)).problems())
                .singleElement().asString().contains(A + " keeps the metadata", "there already");
    }

    /** What the first one left on a disk is no part of the second. */
    @Test
    void aSecondRecoveryOnTheSameNodesFormsAnotherGroup() {
        Map<NodeAddress, Word> words = Map.of(A, empty("a", 3), B, empty("b", 3));
        UUID first = RecoveryPolicy.decide(CACHED, List.of(A), words).group();
        assertThat(RecoveryPolicy.decide(CACHED, List.of(A), words).group()).isEqualTo(first);
        assertThat(RecoveryPolicy.decide(CACHED.recovered(), List.of(A), words).group()).isNotEqualTo(first);
    }

    @Test
    void stopsWhileSomebodyMayStillHaveIt() {
        assertThat(decide(empty("a", 3), new Word(null, null)).problems()).anyMatch(problem -> problem.contains(B + " was not heard"));
        assertThat(decide(empty("a", 3), new Word(state("b", new UUID(7, 7), "one"), new Member(new Epoch(3), 0))).problems())
                .singleElement().asString().contains(B + " still keeps metadata, of cluster one");
        assertThat(decide(new Word(state("a", new UUID(7, 7), null), new Member(new Epoch(3), 0)), empty("b", 3)).problems())
                .singleElement().asString().contains(A + " still keeps metadata, of an unknown cluster");
    }

    @Test
    void stopsWhenTheCacheIsOlderThanAPromotion() {
        assertThat(decide(empty("a", 3), empty("b", 4)).problems()).singleElement().asString().contains(B + " has seen epoch 4", "the cache has 3");
    }

    /** Its rows would be deleted as those of a dropped collection. */
    @Test
    void stopsWhenTheCacheIsOlderThanACollectionThatSomebodyHolds() {
        long next = CACHED.nextCollectionId();
        assertThat(decide(empty("a", 3), new Word(state("b", null, null), new Member(new Epoch(3), next - 1))).problems()).isEmpty();
        assertThat(decide(empty("a", 3), new Word(state("b", null, null), new Member(new Epoch(3), next))).problems())
                .singleElement().asString().contains(B + " holds collection " + next);
    }

    @Test
    void stopsWhenAMemberDoesNotSayWhatItHasSeen() {
        assertThat(decide(empty("a", 3), new Word(state("b", null, null), null)).problems()).singleElement().asString().contains(B + " did not say");
    }

    @Test
    void nothingThatTheLostHistoryMayHaveGivenOutIsGivenOutAgain() {
        ClusterImage led = CACHED.apply(new MetadataRecord.LeaseChanged(new LeaseImage(new LeaseEpoch(4), null, 0)));
        ClusterImage recovered = led.recovered();
        assertThat(recovered.clusterId()).isEqualTo("one");
        assertThat(recovered.metaEpoch()).isGreaterThan(CACHED.metaEpoch() + 100_000);
        assertThat(recovered.nextCollectionId()).isGreaterThan(CACHED.nextCollectionId() + 100_000);
        assertThat(recovered.lease().epoch().value()).isGreaterThan(100_000);
        assertThat(CACHED.recovered().lease()).as("one that nobody ever took").isEqualTo(LeaseImage.NONE);
        ShardGroupImage group = recovered.group(new ShardGroupId("sg0"));
        assertThat(group.epoch()).isEqualTo(new Epoch(3));
        assertThat(group.version()).isGreaterThan(100_000);
        assertThat(group.replicas()).extracting(ReplicaImage::state).containsExactly(ReplicaState.STALE);
    }

    private static RecoveryPolicy.Plan decide(Word a, Word b) {
        Map<NodeAddress, Word> words = new LinkedHashMap<>();
        words.put(A, a);
        words.put(B, b);
        return RecoveryPolicy.decide(CACHED, List.of(A), words);
    }

    private static Word empty(String node, long seen) {
        return new Word(state(node, null, null), new Member(new Epoch(seen), 0));
    }

    private static OwnerState state(String node, @Nullable UUID group, @Nullable String clusterId) {
        return new OwnerState(new NodeId(node), group, clusterId, "", List.of(), null, 0, 0, 1, false, null);
    }
}
