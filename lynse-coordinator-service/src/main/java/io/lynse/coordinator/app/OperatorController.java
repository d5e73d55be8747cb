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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * What an operator asks of the cluster: {@code POST /cluster/<verb>}. Each is in the log as audit, whatever the settings: once when it begins
 * and once with what became of it, for one that failed may have changed something.
 */
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
        OwnersStatus now = audited("change_owners", Map.of("owners", wanted), () -> owners.change(wanted, deadline));
        return Envelope.of().with("owners", now.owners().stream().map(OwnersStatus.Seen::uri).toList());
    }

    /** {@code name}, {@code primary} and {@code replicas} as in cluster.json. Answered when the group is declared: its nodes join with the next probes. */
    @PostMapping("/cluster/add-group")
    Envelope addGroup(JsonObject body, Deadline deadline) {
        ShardGroupId name = group(body.text("name"));
        NodeAddress primary = address("primary", body.text("primary"));
        List<NodeAddress> replicas = body.raw("replicas") == null ? List.of() : addresses("replicas", body.texts("replicas"));
        ShardGroupImage added = audited(
                "add_group", Map.of("group", name, "primary", primary, "replicas", replicas), () -> groups.add(name, primary, replicas, deadline));
        return Envelope.of().with("name", name.value()).with("primary", added.primary().uri())
                .with("replicas", added.replicas().stream().map(replica -> replica.member().uri()).toList());
    }

    private static <T> T audited(String action, Map<String, Object> asked, Supplier<T> change) {
        audit(action, asked, "begun");
        try {
            T done = change.get();
            audit(action, asked, "done");
            return done;
        } catch (RuntimeException failed) {
            audit(action, asked, "failed: " + failed.getMessage());
            throw failed;
        }
    }

    private static void audit(String action, Map<String, Object> asked, String outcome) {
        LoggingEventBuilder event = log.atInfo().addKeyValue("action", action);
        for (var one : new TreeMap<>(asked).entrySet()) event = event.addKeyValue(one.getKey(), one.getValue());
        event.addKeyValue("outcome", outcome).log("audit");
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
