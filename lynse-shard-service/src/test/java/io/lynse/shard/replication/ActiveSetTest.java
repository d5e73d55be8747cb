package io.lynse.shard.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rule 2: the set always contains the metadata's. */
class ActiveSetTest {

    static final MemberImage A = new MemberImage("http://a", new NodeId("a"));
    static final MemberImage B = new MemberImage("http://b", new NodeId("b"));
    static final ActiveSet ALONE = new ActiveSet(Set.of(A), 7, null);
    static final ActiveSet BOTH = new ActiveSet(Set.of(A, B), 7, null);

    @Test
    void countsAMemberInBeforeTheMetadataHasAnswered() {
        assertThat(ALONE.asking(new ActiveSet.Change(B, true)).counts(B)).isTrue();
    }

    @Test
    void goesOnWaitingUntilTheMetadataHasAnswered() {
        assertThat(BOTH.asking(new ActiveSet.Change(B, false)).counts(B)).isTrue();
    }

    @Test
    void aHigherVersionSettlesWhatWasAsked() {
        ActiveSet learnt = BOTH.asking(new ActiveSet.Change(B, false)).learning(group(8, ReplicaState.STALE));
        assertThat(learnt).isEqualTo(new ActiveSet(Set.of(A), 8, null));
    }

    @Test
    void theSameVersionSettlesNothing() {
        ActiveSet asking = ALONE.asking(new ActiveSet.Change(B, true));
        assertThat(asking.learning(group(7, ReplicaState.STALE))).isEqualTo(asking);
    }

    @Test
    void anotherNodeAtTheAddressIsAnotherMember() {
        assertThat(BOTH.counts(new MemberImage("http://b", new NodeId("b2")))).isFalse();
    }

    private static ShardGroupImage group(long version, ReplicaState ofB) {
        return new ShardGroupImage(new ShardGroupId("sg0"), A, new Epoch(3), version, List.of(new ReplicaImage(B, ofB)));
    }
}
