package io.lynse.engine.log;

import java.time.Duration;

/**
 * How long the log is kept for others. The defaults are here and nowhere else.
 *
 * @param followerBytesMax bytes of log, whole segments counted, by which a follower may be behind and still have it kept; one that is farther
 *                         behind is refilled from files. 0: nothing is kept for followers
 * @param pinAgeMax        after so long a pin lapses, so that one that nobody releases does not fill the disk. A copy of a live directory must
 *                         be done by then
 */
public record RetentionLimits(long followerBytesMax, Duration pinAgeMax) {

    public static final RetentionLimits DEFAULT = new RetentionLimits(4L << 30, Duration.ofHours(24));

    public RetentionLimits {
        if (followerBytesMax < 0) throw new IllegalArgumentException("followerBytesMax must not be negative: " + followerBytesMax);
        if (!pinAgeMax.isPositive()) throw new IllegalArgumentException("pinAgeMax must be positive: " + pinAgeMax);
    }

    /** While the disk is low. */
    public RetentionLimits withoutFollowers() {
        return new RetentionLimits(0, pinAgeMax);
    }
}
