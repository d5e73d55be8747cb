package io.lynse.engine.log;

import io.lynse.engine.log.Kept.Hold;
import io.lynse.model.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides which entries the log keeps, and for whom. Pure.
 * <ul>
 *   <li>What the checkpoint lacks is kept, whatever it costs: without it a restart would lose acknowledged writes.
 *   <li>What a follower lacks is kept for it while it can be of use and is at most {@link RetentionLimits#followerBytesMax}. Behind that a
 *       copy of the files is cheaper than the log, and one dead follower must not fill the disk of all others.
 *   <li>What is pinned is kept until the pin is {@link RetentionLimits#pinAgeMax} old.
 * </ul>
 */
final class RetentionPolicy {

    private RetentionPolicy() {}

    /**
     * A segment of the log.
     *
     * @param first the first entry that begins in it, or will
     * @param bytes of its file
     */
    record SegmentBytes(Lsn first, long bytes) {}

    /**
     * @param needed what the last checkpoint lacks, which always counts
     * @param others in any order
     * @param log    oldest first, at least one
     */
    static Kept decide(Claim.Checkpoint needed, List<Claim> others, List<SegmentBytes> log, RetentionLimits limits) {
        var holds = new ArrayList<Hold>();
        var lapsed = new ArrayList<Hold>();
        holds.add(new Hold(needed, bytesFrom(needed.from(), log)));
        for (Claim claim : others) {
            var hold = new Hold(claim, bytesFrom(claim.from(), log));
            boolean free = claim.from().compareTo(needed.from()) >= 0; // kept anyway
            (free || counts(hold, log.getFirst().first(), limits) ? holds : lapsed).add(hold);
        }
        holds.sort(Comparator.comparing(hold -> hold.claim().from())); // stable: what the checkpoint needs, too, is said to be its
        long bytes = log.stream().mapToLong(SegmentBytes::bytes).sum();
        return new Kept(bytes, holds.getFirst().claim().from(), holds, lapsed);
    }

    private static boolean counts(Hold hold, Lsn first, RetentionLimits limits) {
        return switch (hold.claim()) {
            case Claim.Checkpoint _ -> true;
            // One whose next entry is gone needs files, and no log from before them.
            case Claim.Follower follower -> follower.from().compareTo(first) >= 0 && hold.bytes() <= limits.followerBytesMax();
            case Claim.Pin pin -> pin.age().compareTo(limits.pinAgeMax()) <= 0;
        };
    }

    /** Of the segment in which the entry begins and of those behind it. */
    private static long bytesFrom(Lsn lsn, List<SegmentBytes> log) {
        long bytes = 0;
        for (SegmentBytes segment : log.reversed()) {
            bytes += segment.bytes();
            if (segment.first().compareTo(lsn) <= 0) break;
        }
        return bytes;
    }
}
