package io.lynse.coordinator.lease;

import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.LeaseEpoch;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who leads and who else is there, in the eyes of one coordinator.
 *
 * @param leads  whether it leads itself
 * @param leader whose lease runs; null: nobody's
 * @param others coordinators that were heard within a lease
 * @param elder  another process with this one's id, which was there first: as long as it lives this one never leads; null: none
 */
public record LeaseStatus(boolean leads, @Nullable Leader leader, List<CoordinatorImage> others, @Nullable CoordinatorImage elder) {

    /**
     * @param uri       empty: it has not announced itself yet
     * @param self      this very process
     * @param updatedAt when a renewal was last seen here, on this machine's wall clock
     * @param expiresAt when its lease is over for this coordinator if no other renewal is seen
     */
    public record Leader(String id, String uri, boolean self, LeaseEpoch epoch, Instant updatedAt, Instant expiresAt) {}

    public LeaseStatus {
        others = List.copyOf(others);
    }

    /** As {@code /coordinator_status} names it (wire contract 8.4). */
    public String role() {
        if (others.isEmpty()) return "single";
        return leads ? "leader" : "standby";
    }
}
