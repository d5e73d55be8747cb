package io.lynse.coordinator.app;

import io.lynse.coordinator.lease.LeaseStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@code /coordinator_status} about who leads (wire contract 8.4). Beyond the contract's keys: {@code leads}, {@code other_coordinators}
 * (addresses heard within a lease), and {@code warning} where another process has this one's id.
 */
final class LeasePage {

    private LeasePage() {}

    static Map<String, @Nullable Object> of(LeaseStatus status) {
        var out = new LinkedHashMap<String, @Nullable Object>();
        out.put("role", status.role());
        out.put("leads", status.leads());
        out.put("leader", status.leader() == null ? null : leader(status.leader()));
        out.put("lease_enabled", true);
        out.put("other_coordinators", status.others().stream().map(other -> Map.of("id", other.process().coordinator(), "uri", other.uri())).toList());
        if (status.elder() != null) {
            out.put("warning", "another process with coordinator id " + status.elder().process().coordinator() + " is running at " + status.elder().uri()
                    + ": this one serves, but never leads while that one lives; give each its own --coordinator-id");
        }
        return out;
    }

    private static Map<String, Object> leader(LeaseStatus.Leader leader) {
        return Map.of(
                "format", "lynsedb-coordinator-lease",
                "version", 1,
                "leader_id", leader.id(),
                "leader_uri", leader.uri(),
                "lease_epoch", leader.epoch().value(),
                "updated_at", seconds(leader.updatedAt()),
                "expires_at", seconds(leader.expiresAt()));
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1000.0;
    }
}
