package io.lynse.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.error.LynseError;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which coordinators there are. */
class PresenceTest {

    private static final LeaseImage.Holder C1 = new LeaseImage.Holder("c1", "x");
    private static final LeaseImage.Holder C1_AGAIN = new LeaseImage.Holder("c1", "y");
    private static final LeaseImage.Holder C2 = new LeaseImage.Holder("c2", "z");
    private static final ClusterImage NOBODY = ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(
            new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())));

    @Test
    void eachAnnouncementCounts() {
        ClusterImage once = after(NOBODY, new Command.AnnounceCoordinator(C1, "http://c1:1"));
        assertThat(once.coordinators().get(C1)).isEqualTo(new CoordinatorImage(C1, "http://c1:1", 1));
        ClusterImage twice = after(once, new Command.AnnounceCoordinator(C1, "http://moved:1"));
        assertThat(twice.coordinators().get(C1)).isEqualTo(new CoordinatorImage(C1, "http://moved:1", 2));
    }

    @Test
    void whoCameFirstStandsFirstHoweverOftenItSpeaks() {
        ClusterImage image = after(NOBODY, announce(C1), announce(C1_AGAIN), announce(C2), announce(C1_AGAIN), announce(C1));
        assertThat(image.coordinators().keySet()).containsExactly(C1, C1_AGAIN, C2);
        assertThat(after(image, new Command.RetireCoordinator(C1, 2), announce(C1)).coordinators().keySet()).containsExactly(C1_AGAIN, C2, C1);
    }

    /** Its own counter and a renewal every second must not wake all who wait for a newer image, or have every cache written. */
    @Test
    void theMetaEpochStays() {
        ClusterImage image = after(NOBODY, announce(C1), announce(C2), new Command.RetireCoordinator(C1, 1));
        assertThat(image.metaEpoch()).isEqualTo(NOBODY.metaEpoch());
        assertThat(image.coordinators().keySet()).containsExactly(C2);
    }

    @Test
    void whoHasSpokenSinceIsNotRetired() {
        ClusterImage image = after(NOBODY, announce(C1), announce(C1));
        assertThat(Decision.decide(image, new Command.RetireCoordinator(C1, 1)))
                .isEqualTo(new Decision.Refused(new LynseError.Conflict("coordinator c1 (x) has announced itself 2 times, not 1")));
    }

    @Test
    void retiringWhoIsNotThereChangesNothing() {
        assertThat(Decision.decide(NOBODY, new Command.RetireCoordinator(C1, 7))).isEqualTo(new Decision.Accepted(List.of()));
    }

    @Test
    void theImageHoldsSoManyAndThoseGoOnAnnouncing() {
        ClusterImage image = NOBODY;
        for (int i = 0; i < Decision.COORDINATORS_MAX; i++) image = after(image, announce(new LeaseImage.Holder("c" + i, "x")));
        assertThat(Decision.decide(image, announce(C2))).isEqualTo(new Decision.Refused(new LynseError.Conflict("there are 64 coordinators already")));
        assertThat(after(image, announce(C1)).coordinators().get(C1)).isEqualTo(new CoordinatorImage(C1, "http://c1:1", 2));
    }

    /** They announce themselves whoever leads. */
    @Test
    void noLeaseIsNeeded() {
        ClusterImage led = NOBODY.apply(new MetadataRecord.LeaseChanged(new LeaseImage(LeaseEpoch.NONE.next(), C2, 0)));
        assertThat(after(led, announce(C1), new Command.RetireCoordinator(C1, 1))).isEqualTo(led);
    }

    private static Command announce(LeaseImage.Holder process) {
        return new Command.AnnounceCoordinator(process, "http://" + process.coordinator() + ":1");
    }

    private static ClusterImage after(ClusterImage image, Command... commands) {
        ClusterImage now = image;
        for (Command command : commands) {
            if (!(Decision.decide(now, command) instanceof Decision.Accepted(var records))) throw new AssertionError("refused: " + command);
            for (MetadataRecord record : records) now = now.apply(record);
        }
        return now;
    }
}
