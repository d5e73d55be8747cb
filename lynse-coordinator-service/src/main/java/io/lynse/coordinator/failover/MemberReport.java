package io.lynse.coordinator.failover;

import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.time.Duration;

/**
 * What a member that counts as healthy last said of itself, after it was shown the group's current view.
 *
 * @param leads    whether it writes in the view's epoch, now
 * @param seen     highest epoch it has seen
 * @param led      highest epoch it has led
 * @param lastLsn  end of its log
 * @param misses   whether it has itself heard nothing from its primary for the detection time, or was just refused a connection by it
 * @param copy     what it knows of its own copy
 * @param draining whether it is being stopped
 * @param trouble  why it does not lead, for people; empty: nothing
 */
public record MemberReport(boolean leads, Epoch seen, Epoch led, Lsn lastLsn, boolean misses, CopyState copy, boolean draining, String trouble) {

    /** Of a member that stays. */
    public MemberReport(boolean leads, Epoch seen, Epoch led, Lsn lastLsn, boolean misses, CopyState copy, String trouble) {
        this(leads, seen, led, lastLsn, misses, copy, false, trouble);
    }

    /** @param detection silence after which a member misses its primary */
    public static MemberReport of(NodeReport said, Epoch viewEpoch, Duration detection) {
        boolean leads = said.canLead() && said.role().equals("primary") && said.seenEpoch().equals(viewEpoch);
        boolean misses = said.primaryRefuses() || said.primarySilence().compareTo(detection) >= 0;
        return new MemberReport(leads, said.seenEpoch(), said.ledEpoch(), said.lastLsn(), misses, said.copy(), said.draining(), said.trouble());
    }

    public boolean isWhole() {
        return copy == CopyState.WHOLE;
    }

    /** Whether it may not lead this epoch but could lead a later one: it led this one before it was restarted, or knows a later one. */
    boolean needsNewEpoch(Epoch epoch) {
        return led.compareTo(epoch) >= 0 || seen.compareTo(epoch) > 0;
    }
}
