package io.lynse.coordinator.app;

import io.lynse.coordinator.collection.GroupService;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.owners.OwnersStatus;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.codec.JsonObject;
import io.lynse.http.route.Envelope;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** What an operator asks of the cluster: {@code POST /cluster/<verb>}. Each that changed something is in the log as audit, whatever the settings. */
@Controller
final class OperatorController {

    private static final Logger log = LoggerFactory.getLogger(OperatorController.class);

    private final OwnerKeeper owners;
    private final GroupService groups;

    OperatorController(OwnerKeeper owners, GroupService groups) {
        this.owners = owners;
        this.groups = groups;
    }

    /** {@code owners}: addresses of shard nodes, one, or three and more. Answered when they keep the metadata. */
    @PostMapping("/cluster/change-owners")
    Envelope changeOwners(JsonObject body, Deadline deadline) {
        List<NodeAddress> wanted = addresses("owners", body.texts("owners"));
        OwnersStatus now = owners.change(wanted, deadline);
        log.atInfo().addKeyValue("action", "change_owners").addKeyValue("owners", wanted).log("audit");
        return Envelope.of().with("owners", now.owners().stream().map(OwnersStatus.Seen::uri).toList());
    }

    /** {@code name}, {@code primary} and {@code replicas} as in cluster.json. Answered when the group is declared: its nodes join with the next probes. */
    @PostMapping("/cluster/add-group")
    Envelope addGroup(JsonObject body, Deadline deadline) {
        ShardGroupId name = group(body.text("name"));
        NodeAddress primary = address("primary", body.text("primary"));
        List<NodeAddress> replicas = body.raw("replicas") == null ? List.of() : addresses("replicas", body.texts("replicas"));
        ShardGroupImage added = groups.add(name, primary, replicas, deadline);
        log.atInfo().addKeyValue("action", "add_group").addKeyValue("group", name).addKeyValue("primary", primary).addKeyValue("replicas", replicas).log("audit");
        return Envelope.of().with("name", name.value()).with("primary", added.primary().uri())
                .with("replicas", added.replicas().stream().map(replica -> replica.member().uri()).toList());
    }

    private static ShardGroupId group(String text) {
        if (text.isBlank()) throw new LynseException(LynseError.invalid("name", "name: a shard group has a name"));
        return new ShardGroupId(text);
    }

    private static List<NodeAddress> addresses(String field, List<String> texts) {
        var addresses = new ArrayList<NodeAddress>();
        for (String text : texts) addresses.add(address(field + "[" + addresses.size() + "]", text));
        return addresses;
    }

    private static NodeAddress address(String field, String text) {
        try {
            return NodeAddress.parse(text);
        } catch (IllegalArgumentException none) {
            throw new LynseException(LynseError.invalid(field, field + ": " + none.getMessage()), none);
        }
    }
}
