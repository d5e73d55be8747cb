package io.lynse.coordinator.app;

import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.lease.LeaseKeeper;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.owners.OwnerKeeper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The two pages that only a coordinator has (wire contract 8.3, 8.4). */
@RestController
final class ClusterController {

    private final CoordinatorSettings settings;
    private final MetadataAuthority authority;
    private final ClusterHealth health;
    private final LeaseKeeper lease;
    private final OwnerKeeper owners;

    ClusterController(CoordinatorSettings settings, MetadataAuthority authority, ClusterHealth health, LeaseKeeper lease, OwnerKeeper owners) {
        this.settings = settings;
        this.authority = authority;
        this.health = health;
        this.lease = lease;
        this.owners = owners;
    }

    @GetMapping("/cluster_info")
    Map<String, Object> clusterInfo(@RequestParam(defaultValue = "true") boolean tables) {
        return success(ClusterInfo.of(authority.image(), health, MetadataPage.troubles(authority.ownersHealth(), owners.status()), tables));
    }

    @GetMapping("/coordinator_status")
    Map<String, Object> coordinatorStatus() {
        var params = new LinkedHashMap<String, @Nullable Object>();
        params.put("coordinator_id", settings.coordinatorId());
        params.put("coordinator_uri", settings.coordinatorUri());
        params.putAll(LeasePage.of(lease.status()));
        params.put("metadata", MetadataPage.of(authority.ownersHealth(), owners.status(), authority.image(), settings));
        return success(params);
    }

    private static Map<String, Object> success(Map<String, ?> params) {
        return Map.of("status", "success", "params", params);
    }
}
