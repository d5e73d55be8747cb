package io.lynse.coordinator.app;

import io.lynse.coordinator.operate.PlannedSwitchover;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.codec.JsonObject;
import io.lynse.http.route.Envelope;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** What an operator asks of one shard group: {@code POST /cluster/<verb>}. Each answers with the group as it is then. */
@Controller
final class MemberController {

    private final PlannedSwitchover switchovers;

    MemberController(PlannedSwitchover switchovers) {
        this.switchovers = switchovers;
    }

    /** {@code group}; {@code to}: who leads then. Without it the active replica with the longest log. Answered when that one leads. */
    @PostMapping("/cluster/switchover")
    Envelope switchover(JsonObject body, Deadline deadline) {
        ShardGroupId group = group(body);
        String named = body.textOrNull("to");
        NodeAddress to = named == null ? null : Operation.address("to", named);
        return audited("switchover", asked(group, "to", to == null ? "" : to), () -> switchovers.run(group, to, deadline));
    }

    private static ShardGroupId group(JsonObject body) {
        return Operation.group("group", body.text("group"));
    }

    private static Map<String, Object> asked(ShardGroupId group, Object... more) {
        var asked = new LinkedHashMap<String, Object>(Map.of("group", group));
        for (int i = 0; i < more.length; i += 2) asked.put((String) more[i], more[i + 1]);
        return asked;
    }

    private static Envelope audited(String action, Map<String, Object> asked, Supplier<ShardGroupImage> change) {
        return shown(Operation.audited(action, asked, change));
    }

    private static Envelope shown(ShardGroupImage group) {
        return Envelope.of()
                .with("group", group.id().value())
                .with("primary", group.primary().uri())
                .with("primary_epoch", group.epoch().value())
                .with("replicas", group.replicas().stream().map(MemberController::shown).toList());
    }

    private static Map<String, Object> shown(ReplicaImage replica) {
        return Map.of("uri", replica.member().uri(), "state", replica.state().text());
    }
}
