package io.lynse.coordinator.health;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the members of one shard group are behind the end of their primary's log, from what probes told; a member that is silent has what
 * it had when it was heard last. Safe for use by several threads.
 */
final class ReplicationLag {

    /** At one probe a second and steady writes a lag of a quarter of an hour is told exactly, and a longer one as at least that. */
    private static final int ENDS_MAX = 1024;

    private record End(Lsn lsn, long nanos) {}

    private final ArrayDeque<End> ends = new ArrayDeque<>(); // of the primary's log, when each was first seen; both rise
    private final Map<MemberImage, Lsn> members = new HashMap<>();

    /** @param nanos monotonic, when the primary said it */
    synchronized void primaryAt(Lsn last, long nanos) {
        // A log may end earlier under another primary: what the one before had beyond that is no measure any more.
        while (!ends.isEmpty() && ends.getLast().lsn().compareTo(last) > 0) ends.removeLast();
        if (!ends.isEmpty() && ends.getLast().lsn().equals(last)) return;
        ends.addLast(new End(last, nanos));
        if (ends.size() > ENDS_MAX) ends.removeFirst();
    }

    synchronized void memberAt(MemberImage member, Lsn last) {
        members.put(member, last);
    }

    /** Forgets who is a member no more. */
    synchronized void keepOnly(Iterable<MemberImage> current) {
        var kept = new HashMap<MemberImage, Lsn>();
        for (MemberImage member : current) {
            Lsn last = members.get(member);
            if (last != null) kept.put(member, last);
        }
        members.clear();
        members.putAll(kept);
    }

    /** Empty until both the member and the primary were heard. */
    synchronized Optional<Behind> of(MemberImage member, long nanos) {
        Lsn has = members.get(member);
        if (has == null || ends.isEmpty()) return Optional.empty();
        long entries = Math.max(0, ends.getLast().lsn().value() - has.value());
        Duration time = ends.stream()
                .filter(end -> end.lsn().compareTo(has) > 0)
                .findFirst()
                .map(end -> Duration.ofNanos(Math.max(0, nanos - end.nanos())))
                .orElse(Duration.ZERO);
        return Optional.of(new Behind(entries, time));
    }
}
