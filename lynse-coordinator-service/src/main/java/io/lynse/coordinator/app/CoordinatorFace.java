package io.lynse.coordinator.app;

import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.http.app.ServiceFace;
import java.util.Map;

/**
 * What a coordinator says on the open paths: always in the envelope (wire contract 10.1). It is ready once it has judged every group,
 * whatever the verdict: one lost group must not take the others from the clients, as a load balancer would. {@code /cluster_info} tells
 * which group is missing, and every request for it says so.
 */
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
                .filter(group -> health.group(group).isEmpty())
                .findFirst()
                .map(group -> new Readiness(false, wrapped(Map.of("status", "not_ready", "reason", "shard group " + group + " was not probed yet"))))
                .orElseGet(() -> new Readiness(true, wrapped(Map.of("status", "ready"))));
    }

    private static Map<String, Object> wrapped(Map<String, Object> params) {
        return Map.of("status", "success", "params", params);
    }
}
