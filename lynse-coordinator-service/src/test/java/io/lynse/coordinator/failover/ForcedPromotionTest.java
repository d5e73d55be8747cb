package io.lynse.coordinator.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForcedPromotionTest {

    private static final MemberImage A = member("a");
    private static final MemberImage B = member("b");
    private static final MemberImage UNMET = new MemberImage("http://c:1", null);
    private static final Epoch E8 = new Epoch(8);

    private final ForcedPromotion forced = ForcedPromotion.of(new ShardGroupImage(
            new ShardGroupId("sg0"), B, E8, 12, List.of(new ReplicaImage(UNMET, ReplicaState.STALE), new ReplicaImage(A, ReplicaState.STALE))));

    @Test
    void itIsKnownWhenEveryMemberThatWasEverMetHasSeenItsEpoch() {
        assertThat(forced.unconfirmed()).containsExactlyInAnyOrder(A, B);
        assertThat(forced.told(B, E8).isKnownToAll()).isFalse();
        assertThat(forced.told(B, E8).told(A, new Epoch(9)).isKnownToAll()).isTrue();
    }

    @Test
    void anOlderEpochAndAnotherNodeAtTheAddressConfirmNothing() {
        assertThat(forced.told(A, new Epoch(7)).told(new MemberImage(A.uri(), new NodeId("other")), E8)).isEqualTo(forced);
    }

    @Test
    void theAuditNamesWhoMayGoOnWithoutIt() {
        assertThat(forced.told(B, E8).audit()).isEqualTo("shard group sg0: http://b:1 (node node-b) was promoted to epoch 8 by force; what it lacks is lost,"
                + " and so is what these acknowledge before they hear of it: http://a:1 (node node-a)");
    }

    private static MemberImage member(String name) {
        return new MemberImage("http://" + name + ":1", new NodeId("node-" + name));
    }
}
