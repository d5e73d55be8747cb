package io.lynse.coordinator.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A lease of 6 s; times are seconds of one coordinator's clock. */
class PresenceTest {

    private static final LeaseImage.Holder ME = new LeaseImage.Holder("c1", "x");
    private static final LeaseImage.Holder TWIN = new LeaseImage.Holder("c1", "y");
    private static final LeaseImage.Holder OTHER = new LeaseImage.Holder("c2", "z");
    private static final LeaseEpoch FIRST = LeaseEpoch.NONE.next();

    private ClusterImage image = ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(
            new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())));
    private final Presence presence = new Presence(Duration.ofSeconds(6), ME, null);

    @Test
    void whoIsHeardIsThereForALease() {
        announced(OTHER, 1, at(10));
        assertThat(others(15.9)).containsExactly(OTHER);
        assertThat(others(16)).isEmpty();
    }

    @Test
    void theSameCounterIsNoNewSign() {
        announced(OTHER, 1, at(10));
        presence.observe(image, at(15));
        assertThat(others(16)).isEmpty();
        announced(OTHER, 2, at(17));
        assertThat(others(22.9)).containsExactly(OTHER);
    }

    @Test
    void aRenewalIsASign() {
        announced(OTHER, 1, at(10));
        leased(new LeaseImage(FIRST, OTHER, 1), at(12));
        leased(new LeaseImage(FIRST, OTHER, 2), at(15));
        assertThat(others(20.9)).containsExactly(OTHER);
        assertThat(others(21)).isEmpty();
    }

    @Test
    void losingTheLeaseIsNoSign() {
        announced(OTHER, 1, at(10));
        leased(new LeaseImage(FIRST, OTHER, 1), at(12));
        leased(new LeaseImage(FIRST.next(), ME, 0), at(17));
        assertThat(others(18)).isEmpty();
    }

    @Test
    void itAnnouncesItselfThreeTimesALease() {
        assertThat(presence.announces(at(0), false)).isTrue();
        assertThat(presence.announces(at(1.9), false)).isFalse();
        assertThat(presence.announces(at(2), false)).isTrue();
        assertThat(presence.announces(at(3), false)).isFalse();
    }

    @Test
    void aLeaderDoesSoOnlyWhileNobodyKnowsIt() {
        assertThat(presence.announces(at(0), true)).isTrue();
        announced(ME, 1, at(0));
        assertThat(presence.announces(at(10), true)).isFalse();
        image = image.apply(new MetadataRecord.CoordinatorRetired(ME));
        presence.observe(image, at(11));
        assertThat(presence.announces(at(11), true)).isTrue();
    }

    @Test
    void oneOfItsNameThatCameFirstIsTheElderWhileItLives() {
        announced(TWIN, 1, at(0));
        announced(ME, 1, at(1));
        assertThat(presence.elder(at(5.9)).map(CoordinatorImage::process)).contains(TWIN);
        assertThat(presence.elder(at(6))).isEmpty();
    }

    @Test
    void oneThatCameLaterOrHasAnotherNameIsNoElder() {
        announced(OTHER, 1, at(0));
        announced(ME, 1, at(1));
        announced(TWIN, 1, at(2));
        assertThat(presence.elder(at(3))).isEmpty();
    }

    @Test
    void whoIsSilentForTenLeasesIsForgotten() {
        announced(OTHER, 4, at(0));
        announced(ME, 1, at(0));
        assertThat(presence.forgotten(at(59.9))).isEmpty();
        assertThat(presence.forgotten(at(60))).contains(new Command.RetireCoordinator(OTHER, 4));
    }

    @Test
    void itRetiresWithTheCountThatItSawOfItself() {
        assertThat(presence.retires()).isEmpty();
        announced(ME, 7, at(0));
        assertThat(presence.retires()).contains(new Command.RetireCoordinator(ME, 7));
    }

    private List<LeaseImage.Holder> others(double seconds) {
        return presence.others(at(seconds)).stream().map(CoordinatorImage::process).toList();
    }

    private void announced(LeaseImage.Holder process, long times, long now) {
        image = image.apply(new MetadataRecord.CoordinatorAnnounced(new CoordinatorImage(process, "http://" + process.coordinator() + ":1", times)));
        presence.observe(image, now);
    }

    private void leased(LeaseImage lease, long now) {
        image = image.apply(new MetadataRecord.LeaseChanged(lease));
        presence.observe(image, now);
    }

    private static long at(double seconds) {
        return (long) (seconds * Duration.ofSeconds(1).toNanos());
    }
}
