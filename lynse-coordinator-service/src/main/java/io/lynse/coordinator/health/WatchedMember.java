package io.lynse.coordinator.health;

import io.lynse.metadata.LeaseEpoch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One address of a shard group: when it is to be probed, and what its probes brought. Owned by one {@link GroupWatch}. */
final class WatchedMember {

    private final NodeBreaker breaker;
    private @Nullable Sighting last;
    private Sighting.@Nullable Met lastMet; // since the breaker was last open
    private @Nullable LeaseEpoch healthyUnder; // lease under which it was last met
    private boolean probing;
    private boolean outdated; // the probe on its way shows a view that is over
    private final Map<String, Long> askers = new LinkedHashMap<>(); // other coordinators that wait for a probe, and since when
    private long sentAt;
    private long dueAt;

    WatchedMember(NodeBreaker breaker, long now) {
        this.breaker = breaker;
        dueAt = now;
        sentAt = now;
    }

    /** What the last probe under this epoch brought. */
    @Nullable Sighting last() {
        return last;
    }

    /** The last thing it said, while it counts as healthy; what a probe or two did not bring changes nothing yet. */
    Sighting.@Nullable Met lastMet() {
        return lastMet;
    }

    /** What it said to the last probe. */
    Sighting.@Nullable Met met() {
        return last instanceof Sighting.Met met ? met : null;
    }

    boolean unhealthy() {
        return breaker.open();
    }

    boolean probing() {
        return probing;
    }

    long dueAt() {
        return dueAt;
    }

    boolean isDue(long now) {
        return !probing && now - dueAt >= 0;
    }

    /** @param next nanoseconds from this probe's start to the next one's */
    void send(long now, long next) {
        probing = true;
        sentAt = now;
        dueAt = now + next;
    }

    /** What came up while it is being probed is looked at by another probe. @param within nanoseconds since the last probe was sent */
    void hurry(long now, long within) {
        long soon = later(now, sentAt + within);
        if (dueAt - soon > 0) dueAt = soon;
    }

    void asked(String by, long now) {
        askers.put(by, now);
        hurry(now, 0);
    }

    /** Who asked before the probe was sent that has just been answered. What an older one had brought would be no answer. */
    List<String> takeAskers() {
        List<String> answered = askers.keySet().stream().filter(by -> sentAt - Objects.requireNonNull(askers.get(by)) >= 0).toList();
        answered.forEach(askers::remove);
        return answered;
    }

    /** Another epoch has begun: what the node said of the one before is no news. */
    void beginEpoch() {
        last = null;
        lastMet = null;
        outdated = probing;
    }

    void saw(Sighting sighting, @Nullable LeaseEpoch lease) {
        boolean old = outdated;
        probing = false;
        outdated = false;
        breaker.record(sighting.alive());
        if (old) return;
        last = sighting;
        if (sighting instanceof Sighting.Met met) {
            lastMet = met;
            healthyUnder = lease;
        } else if (breaker.open()) {
            lastMet = null;
        }
    }

    boolean wasHealthyUnder(@Nullable LeaseEpoch lease) {
        return lease != null && lease.equals(healthyUnder);
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }
}
