package io.lynse.coordinator.app;

import io.lynse.coordinator.operate.GroupService;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.owners.OwnersStatus;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.codec.JsonObject;
import io.lynse.http.route.Envelope;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** What an operator asks of the cluster as a whole: {@code POST /cluster/<verb>}. */
@Controller
final class OperatorController {

    private final OwnerKeeper owners;
    private final GroupService groups;

    OperatorController(OwnerKeeper owners, GroupService groups) {
        this.owners = owners;
        this.groups = groups;
    }

    /** {@code owners}: addresses of shard nodes, one, or three and more. Answered when they keep the metadata. */
    @PostMapping("/cluster/change-owners")
    Envelope changeOwners(JsonObject body, Deadline deadline) {
        List<NodeAddress> wanted = Operation.addresses("owners", body.texts("owners"));
        OwnersStatus now = Operation.audited("change_owners", Map.of("owners", wanted), () -> owners.change(wanted, deadline));
        return Envelope.of().with("owners", now.owners().stream().map(OwnersStatus.Seen::uri).toList());
    }

    /** {@code name}, {@code primary} and {@code replicas} as in cluster.json. Answered when the group is declared: its nodes join with the next probes. */
    @PostMapping("/cluster/add-group")
    Envelope addGroup(JsonObject body, Deadline deadline) {
        ShardGroupId name = Operation.group("name", body.text("name"));
        NodeAddress primary = Operation.address("primary", body.text("primary"));
        List<NodeAddress> replicas = body.raw("replicas") == null ? List.of() : Operation.addresses("replicas", body.texts("replicas"));
        ShardGroupImage added = Operation.audited(
                "add_group", Map.of("group", name, "primary", primary, "replicas", replicas), () -> groups.add(name, primary, replicas, deadline));
        return Envelope.of().with("name", name.value()).with("primary", added.primary().uri())
                .with("replicas", added.replicas().stream().map(replica -> replica.member().uri()).toList());
    }
}
