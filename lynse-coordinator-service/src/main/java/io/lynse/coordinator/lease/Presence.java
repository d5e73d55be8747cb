package io.lynse.coordinator.lease;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which coordinators are there, in the eyes of one of them and on its monotonic clock: one that has given a sign of life within a lease
 * duration. A sign is an announcement or, of the holder, a renewal, so that a leader need not announce itself too. Times are
 * nanoseconds of {@link System#nanoTime}. Not safe for use by several threads.
 */
final class Presence {

    /** One that was silent for so many leases is taken out of the image; it would announce itself again. */
    private static final int FORGOTTEN_AFTER = 10;

    private record Sign(long announcements, LeaseEpoch led, long renewals) {}

    private record Sighted(CoordinatorImage coordinator, Sign sign, long at) {}

    private final long leaseNanos;
    private final LeaseImage.Holder self;
    private final LeaseImage.@Nullable Holder predecessor;
    private Map<LeaseImage.Holder, Sighted> sighted = new LinkedHashMap<>(); // in the image's order
    private @Nullable Long announcedAt;

    /** @param predecessor is certainly dead; null: unknown */
    Presence(Duration lease, LeaseImage.Holder self, LeaseImage.@Nullable Holder predecessor) {
        leaseNanos = lease.toNanos();
        this.self = self;
        this.predecessor = predecessor;
    }

    /** The metadata, as it was watched or answered. */
    void observe(ClusterImage image, long now) {
        var next = new LinkedHashMap<LeaseImage.Holder, Sighted>();
        image.coordinators().forEach((process, coordinator) -> {
            Sighted before = sighted.get(process);
            Sign sign = sign(coordinator, image.lease(), before);
            next.put(process, new Sighted(coordinator, sign, before != null && before.sign.equals(sign) ? before.at : now));
        });
        sighted = next;
    }

    private static Sign sign(CoordinatorImage coordinator, LeaseImage lease, @Nullable Sighted before) {
        if (coordinator.process().equals(lease.holder())) return new Sign(coordinator.announcements(), lease.epoch(), lease.renewals());
        // That another one leads now is no sign of it.
        return before == null ? new Sign(coordinator.announcements(), LeaseEpoch.NONE, 0)
                : new Sign(coordinator.announcements(), before.sign.led, before.sign.renewals);
    }

    /** As it announced itself, whether or not it is still there. */
    Optional<CoordinatorImage> known(LeaseImage.Holder process) {
        return Optional.ofNullable(sighted.get(process)).map(Sighted::coordinator);
    }

    /** Those that are there, beside this one. */
    List<CoordinatorImage> others(long now) {
        return sighted.values().stream().filter(other -> isOther(other) && isThere(other, now)).map(Sighted::coordinator).toList();
    }

    /** Another process with this one's id that was there before: it is the one that may lead. */
    Optional<CoordinatorImage> elder(long now) {
        for (Sighted one : sighted.values()) {
            if (!isOther(one)) return Optional.empty();
            if (one.coordinator.process().coordinator().equals(self.coordinator()) && isThere(one, now)) return Optional.of(one.coordinator);
        }
        return Optional.empty();
    }

    /** Whether this one has its place among the others; before that it must not lead. */
    boolean registered() {
        return sighted.containsKey(self);
    }

    /** Whether this one should announce itself now. @param leads its renewals are announcements enough */
    boolean announces(long now, boolean leads) {
        if (registered() && leads) return false;
        if (announcedAt != null && now - announcedAt < leaseNanos / 3) return false;
        announcedAt = now;
        return true;
    }

    /** Who is dead, or was not heard for long. */
    Optional<Command> forgotten(long now) {
        return sighted.values().stream()
                .filter(other -> isOther(other) && (isPredecessor(other) || now - other.at >= FORGOTTEN_AFTER * leaseNanos))
                .findFirst()
                .map(other -> new Command.RetireCoordinator(other.coordinator.process(), other.coordinator.announcements()));
    }

    /** What takes this one out of the image again, if it is in there. */
    Optional<Command> retires() {
        return Optional.ofNullable(sighted.get(self)).map(me -> new Command.RetireCoordinator(self, me.coordinator.announcements()));
    }

    private boolean isOther(Sighted one) {
        return !one.coordinator.process().equals(self);
    }

    private boolean isPredecessor(Sighted one) {
        return one.coordinator.process().equals(predecessor);
    }

    private boolean isThere(Sighted one, long now) {
        return !isPredecessor(one) && now - one.at < leaseNanos;
    }
}
