package io.lynse.coordinator.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rules 13 and 14. The lease lasts 5 s, the holder counts 4 of them; times are seconds of one coordinator's clock. */
class LeaseCoreTest {

    private static final LeaseImage.Holder ME = new LeaseImage.Holder("c1", "x");
    private static final LeaseImage.Holder OTHER = new LeaseImage.Holder("c2", "y");
    private static final LeaseEpoch FIRST = LeaseEpoch.NONE.next();

    private final LeaseCore lease = new LeaseCore(LeaseCore.Settings.DEFAULT, ME, at(0));

    @Test
    void whatNobodyHoldsIsTakenAtOnce() {
        assertThat(lease.due(at(0))).contains(new Command.AcquireLease(ME, LeaseEpoch.NONE, 0));
    }

    @Test
    void validityCountsFromBeforeTheRequestWasSent() {
        lease.due(at(0));
        lease.answered(new LeaseImage(FIRST, ME, 0), at(3));
        assertThat(lease.leads(at(3.9))).contains(FIRST);
        assertThat(lease.leads(at(4))).isEmpty();
    }

    @Test
    void aTakeoverWaitsFromTheLastRenewalThatWasSeenAndNamesIt() {
        lease.observe(new LeaseImage(FIRST, OTHER, 0), at(1));
        lease.observe(new LeaseImage(FIRST, OTHER, 1), at(3));
        assertThat(lease.due(at(7.9))).isEmpty();
        assertThat(lease.due(at(8))).contains(new Command.AcquireLease(ME, FIRST, 1));
    }

    @Test
    void anOlderImageIsNoRenewal() {
        lease.observe(new LeaseImage(FIRST, OTHER, 1), at(1));
        lease.observe(new LeaseImage(FIRST, OTHER, 0), at(3));
        assertThat(lease.due(at(6))).contains(new Command.AcquireLease(ME, FIRST, 1));
    }

    @Test
    void whatWasGivenBackIsTakenAtOnce() {
        lease.observe(new LeaseImage(FIRST, null, 4), at(1));
        assertThat(lease.due(at(1))).contains(new Command.AcquireLease(ME, FIRST, 4));
    }

    /** Nobody but this process could think that it leads by it. */
    @Test
    void itsOwnThatRanOutIsTakenAnewAtOnce() {
        lease.due(at(0));
        lease.answered(new LeaseImage(FIRST, ME, 0), at(0));
        lease.due(at(1));
        lease.failed();
        lease.observe(new LeaseImage(FIRST, ME, 1), at(4)); // it was decided all the same
        assertThat(lease.due(at(4))).contains(new Command.AcquireLease(ME, FIRST, 1));
    }

    @Test
    void aSecondProcessOfItsNameIsAnother() {
        lease.observe(new LeaseImage(FIRST, new LeaseImage.Holder("c1", "earlier"), 0), at(1));
        assertThat(lease.due(at(5.9))).isEmpty();
        assertThat(lease.running(at(5.9))).isPresent();
        assertThat(lease.running(at(6))).isEmpty();
    }

    @Test
    void theMarginIsPartOfTheLeaseHoweverShort() {
        assertThat(LeaseCore.Settings.of(Duration.ofSeconds(5))).isEqualTo(new LeaseCore.Settings(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(1)));
        assertThat(LeaseCore.Settings.of(Duration.ofMillis(600))).isEqualTo(new LeaseCore.Settings(Duration.ofMillis(600), Duration.ofMillis(120), Duration.ofMillis(200)));
    }

    @Test
    void oneRequestAtATime() {
        lease.due(at(0));
        assertThat(lease.due(at(9))).isEmpty();
        lease.failed();
        assertThat(lease.due(at(9))).isPresent();
    }

    @Test
    void aHolderRenewsAndAFailedRenewalShortensNothing() {
        lease.due(at(0));
        lease.answered(new LeaseImage(FIRST, ME, 0), at(0));
        assertThat(lease.due(at(0.9))).isEmpty();
        assertThat(lease.due(at(1))).contains(new Command.RenewLease(ME, FIRST));
        lease.failed();
        assertThat(lease.leads(at(3.9))).contains(FIRST);
    }

    @Test
    void whoGivesUpLeadsNoMoreAndSaysSo() {
        lease.due(at(0));
        lease.answered(new LeaseImage(FIRST, ME, 0), at(0));
        assertThat(lease.giveUp(at(1))).contains(new Command.ReleaseLease(ME, FIRST));
        assertThat(lease.leads(at(1))).isEmpty();
        assertThat(lease.giveUp(at(1))).isEmpty();
    }

    @Test
    void whoGaveUpLeavesTheLeaseToOthersForTwoDurations() {
        lease.due(at(0));
        lease.answered(new LeaseImage(FIRST, ME, 0), at(0));
        lease.giveUp(at(1));
        lease.observe(new LeaseImage(FIRST, null, 1), at(1.1));
        assertThat(lease.due(at(10.9))).isEmpty();
        assertThat(lease.due(at(11))).contains(new Command.AcquireLease(ME, FIRST, 1));
    }

    @Test
    void aRenewalOnItsWayDoesNotUndoGivingUp() {
        lease.due(at(0));
        lease.answered(new LeaseImage(FIRST, ME, 0), at(0));
        lease.due(at(1));
        lease.giveUp(at(1));
        lease.answered(new LeaseImage(FIRST, ME, 1), at(1.5));
        assertThat(lease.leads(at(1.5))).isEmpty();
    }

    private static long at(double seconds) {
        return (long) (seconds * Duration.ofSeconds(1).toNanos());
    }
}
