package io.lynse.tests.simulation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A wrong state is found within a bounded number of checksum entries. Counted are those that a member with the wrong state and one
 * with the right one came to at about the same time, so that their checksums could be held against each other.
 */
final class FoundInTime {

    private static final int MOST = 8;
    private static final long TOGETHER = World.SECOND / 2;

    private record Summed(long at, boolean right) {}

    private final World world;
    private final Map<Long, Map<SimNode, Summed>> byLsn = new HashMap<>();
    private final Map<SimNode, Integer> missed = new HashMap<>();

    FoundInTime(World world) {
        this.world = world;
    }

    void sums(SimNode node, long lsn, boolean right) {
        Map<SimNode, Summed> here = byLsn.computeIfAbsent(lsn, _ -> new LinkedHashMap<>());
        if (here.put(node, new Summed(world.now(), right)) != null) return; // once more, after a restart
        if (right) missed.remove(node);
        here.forEach((other, summed) -> {
            if (summed.right == right || world.now() - summed.at > TOGETHER) return;
            SimNode wrong = right ? other : node;
            int entries = missed.merge(wrong, 1, Integer::sum);
            world.counts.missed = Math.max(world.counts.missed, entries);
            if (entries > MOST) throw new Violation("damage is found", wrong.address + " has had another state for " + entries + " checksum entries");
        });
    }

    /** Something is done about that copy. */
    void found(SimNode node) {
        missed.remove(node);
    }

    /** Somebody is asked to decide. */
    void reported() {
        missed.clear();
    }
}
