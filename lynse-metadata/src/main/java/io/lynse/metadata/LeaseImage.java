package io.lynse.metadata;

import org.jspecify.annotations.Nullable;

/**
 * Who leads the coordinators. There is no time in here: the holder counts its validity from before it sent a renewal, others
 * count from when they saw {@code renewals} change, each on its own monotonic clock (rules 13 and 14 of the specification).
 *
 * @param holder   null: nobody, the last holder gave it back or there was none
 * @param renewals in this epoch so far
 */
public record LeaseImage(LeaseEpoch epoch, @Nullable Holder holder, long renewals) {

    public static final LeaseImage NONE = new LeaseImage(LeaseEpoch.NONE, null, 0);

    /**
     * @param coordinator its configured id
     * @param incarnation drawn at each start: a second process with the same id is another holder
     */
    public record Holder(String coordinator, String incarnation) {
        public Holder {
            if (coordinator.isBlank() || incarnation.isBlank()) throw new IllegalArgumentException("a holder has an id and an incarnation");
        }

        @Override
        public String toString() {
            return coordinator + " (" + incarnation + ")";
        }
    }

    LeaseImage takenBy(Holder next) {
        return new LeaseImage(epoch.next(), next, 0);
    }

    LeaseImage renewed() {
        return new LeaseImage(epoch, holder, renewals + 1);
    }

    /** Given back: the next one need not wait. */
    LeaseImage released() {
        return new LeaseImage(epoch, null, renewals + 1);
    }

    /** Whether the lease belongs to this process, in this epoch. */
    public boolean isHeld(Holder by, LeaseEpoch in) {
        return by.equals(holder) && epoch.equals(in);
    }
}
