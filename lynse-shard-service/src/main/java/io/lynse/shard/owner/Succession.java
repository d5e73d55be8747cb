package io.lynse.shard.owner;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Whether an owner that the leader refuses stands for election at once, instead of waiting until it has heard nothing for long enough. It
 * does only with a majority that is refused as it is: an owner whose own way to the leader is cut changes nothing, however often it asks.
 * Of those who could stand, one does, so that the vote is not split.
 */
final class Succession {

    private Succession() {}

    /** Where a log ends. */
    record End(long term, long index) implements Comparable<End> {
        @Override
        public int compareTo(End other) {
            return Comparator.comparingLong(End::term).thenComparingLong(End::index).compare(this, other);
        }
    }

    /** What another owner said of the leader. */
    record Word(boolean missesLeader, End end) {}

    enum Step {
        /** This owner asks for votes now. */
        STAND,
        /** Another owner is refused as well and stands: its log is longer, or it comes first among equals. */
        LEAVE_TO_ANOTHER,
        /** Too few are refused: Raft's own time-out decides. */
        WAIT
    }

    /**
     * @param owners all of the group, the leader and this one among them
     * @param words  of the others that answered, without the leader
     */
    static Step decide(String self, End end, String leader, List<String> owners, Map<String, Word> words) {
        if (!owners.contains(self) || self.equals(leader)) return Step.WAIT;
        List<Map.Entry<String, Word>> agreeing =
                words.entrySet().stream().filter(word -> owners.contains(word.getKey()) && word.getValue().missesLeader()).toList();
        if (agreeing.size() + 1 <= owners.size() / 2) return Step.WAIT;
        for (var other : agreeing) {
            int longer = other.getValue().end().compareTo(end);
            if (longer > 0 || (longer == 0 && other.getKey().compareTo(self) < 0)) return Step.LEAVE_TO_ANOTHER;
        }
        return Step.STAND;
    }
}
