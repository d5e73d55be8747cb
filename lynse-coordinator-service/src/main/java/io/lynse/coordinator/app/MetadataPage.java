package io.lynse.coordinator.app;

import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.metadata.OwnersHealth;
import io.lynse.coordinator.owners.OwnersStatus;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.metadata.ClusterImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code metadata} of {@code /coordinator_status} (wire contract 8.4). Beyond the contract's keys: per owner {@code node_id},
 * {@code role}; {@code decides}, {@code leader}, {@code connected_owner}, {@code degraded_reasons}, {@code warnings},
 * {@code configured_owners}, {@code cache_path}. In mode {@code single}, where {@code owners} is a list of addresses, {@code owner_states} tells the same of it.
 */
final class MetadataPage {

    private MetadataPage() {}

    static Map<String, @Nullable Object> of(OwnersHealth health, OwnersStatus seen, ClusterImage image, CoordinatorSettings settings) {
        List<Map<String, @Nullable Object>> states = health.owners().stream().map(MetadataPage::owner).toList();
        var page = new LinkedHashMap<String, @Nullable Object>();
        page.put("mode", health.replicated() ? "replicated" : "single");
        page.put("replicated", health.replicated());
        page.put("owners", health.replicated() ? states : uris(health.addresses()));
        if (!health.replicated()) {
            page.put("owner_states", states);
            page.put("rpc_client", "grpc"); // the contract has it in this mode alone
        }
        page.put("owner_count", health.owners().size());
        page.put("healthy_owners", health.healthy());
        page.put("quorum", health.quorum());
        page.put("decides", health.decides());
        page.put("leader", health.owners().stream().filter(owner -> owner.role().equals("leader")).map(owner -> owner.address().uri()).findFirst().orElse(null));
        page.put("connected_owner", health.followed() == null ? null : health.followed().uri());
        page.put("committed_version", image.metaEpoch());
        page.put("degraded", seen.degraded() || health.healthy() < health.owners().size());
        page.put("degraded_reasons", troubles(health, seen));
        page.put("warnings", seen.warnings());
        page.put("configured_owners", uris(settings.owners()));
        page.put("cache_path", settings.statePath().toString());
        return page;
    }

    private static Map<String, @Nullable Object> owner(OwnersHealth.Owner owner) {
        var out = new LinkedHashMap<String, @Nullable Object>();
        out.put("uri", owner.address().uri());
        out.put("node_id", owner.node() == null ? null : owner.node().value());
        out.put("role", owner.role());
        out.put("healthy", owner.healthy());
        out.put("version", owner.position());
        out.put("logical_version", owner.metaEpoch());
        out.put("error", owner.error());
        return out;
    }

    /** What is wrong, for {@code degraded_reasons} here and of {@code /cluster_info}. */
    static List<String> troubles(OwnersHealth health, OwnersStatus seen) {
        var troubles = new ArrayList<>(health.troubles());
        troubles.addAll(seen.troubles());
        return troubles;
    }

    private static List<String> uris(List<NodeAddress> nodes) {
        return nodes.stream().map(NodeAddress::uri).toList();
    }
}
