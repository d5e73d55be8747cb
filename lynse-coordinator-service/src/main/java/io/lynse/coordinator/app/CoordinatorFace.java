package io.lynse.coordinator.app;

import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupStatus;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.http.app.ServiceFace;
import io.lynse.model.ShardGroupId;
import java.util.Map;
import java.util.Optional;

/** What a coordinator says on the open paths: always in the envelope (wire contract 10.1). It is ready once every group's primary leads. */
final class CoordinatorFace implements ServiceFace {

    private final MetadataAuthority authority;
    private final ClusterHealth health;

    CoordinatorFace(MetadataAuthority authority, ClusterHealth health) {
        this.authority = authority;
        this.health = health;
    }

    @Override
    public Map<String, Object> root() {
        return wrapped(Map.of("message", "LynseDB cluster coordinator"));
    }

    @Override
    public Map<String, Object> health() {
        return wrapped(Map.of("status", "healthy"));
    }

    @Override
    public Readiness readiness() {
        return authority.image().groups().keySet().stream()
                .flatMap(group -> missing(group).stream())
                .findFirst()
                .map(reason -> new Readiness(false, wrapped(Map.of("status", "not_ready", "reason", reason))))
                .orElseGet(() -> new Readiness(true, wrapped(Map.of("status", "ready"))));
    }

    private Optional<String> missing(ShardGroupId group) {
        GroupStatus status = health.group(group).orElse(null);
        if (status == null) return Optional.of("shard group " + group + " was not probed yet");
        return status.leads() ? Optional.empty() : Optional.of("shard group " + group + ": " + status.reason());
    }

    private static Map<String, Object> wrapped(Map<String, Object> params) {
        return Map.of("status", "success", "params", params);
    }
}
