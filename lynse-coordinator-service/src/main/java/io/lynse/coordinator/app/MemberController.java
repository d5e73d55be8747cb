package io.lynse.coordinator.app;

import io.lynse.coordinator.failover.ForcedPromotion;
import io.lynse.coordinator.operate.ForcedPromoter;
import io.lynse.coordinator.operate.GroupMembers;
import io.lynse.coordinator.operate.PlannedSwitchover;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.codec.JsonObject;
import io.lynse.http.route.Envelope;
import io.lynse.metadata.MemberImage;
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
    private final GroupMembers members;
    private final ForcedPromoter promoter;

    MemberController(PlannedSwitchover switchovers, GroupMembers members, ForcedPromoter promoter) {
        this.switchovers = switchovers;
        this.members = members;
        this.promoter = promoter;
    }

    /** {@code group}; {@code to}: who leads then. Without it the active replica with the longest log. Answered when that one leads. */
    @PostMapping("/cluster/switchover")
    Envelope switchover(JsonObject body, Deadline deadline) {
        ShardGroupId group = group(body);
        String named = body.textOrNull("to");
        NodeAddress to = named == null ? null : Operation.address("to", named);
        return audited("switchover", asked(group, "to", to == null ? "" : to), () -> switchovers.run(group, to, deadline));
    }

    /** {@code group}, {@code uri}: a node that was never written to. Answered when it is declared, stale; it becomes active by itself. */
    @PostMapping("/cluster/add-replica")
    Envelope addReplica(JsonObject body, Deadline deadline) {
        return onReplica("add_replica", body, deadline, members::add);
    }

    /** {@code group}, {@code uri}. */
    @PostMapping("/cluster/remove-replica")
    Envelope removeReplica(JsonObject body, Deadline deadline) {
        return onReplica("remove_replica", body, deadline, members::remove);
    }

    /** {@code group}, {@code uri}. It becomes active again as soon as its primary finds it level. */
    @PostMapping("/cluster/mark-stale")
    Envelope markStale(JsonObject body, Deadline deadline) {
        return onReplica("mark_stale", body, deadline, members::markStale);
    }

    /** {@code group}, {@code uri}. Answered when the replica has given its copy up; it is filled, and becomes active, by itself. */
    @PostMapping("/cluster/rebuild")
    Envelope rebuild(JsonObject body, Deadline deadline) {
        return onReplica("rebuild", body, deadline, members::rebuild);
    }

    /** {@code group}, {@code to}, {@code accept_data_loss}: true. Answered when all members know of it, or with those that do not. */
    @PostMapping("/cluster/force-promote")
    Envelope forcePromote(JsonObject body, Deadline deadline) {
        ShardGroupId group = group(body);
        NodeAddress to = Operation.address("to", body.text("to"));
        boolean accepted = body.flag("accept_data_loss", false);
        ForcedPromotion done = Operation.audited("force_promote", asked(group, "to", to, "accept_data_loss", accepted), () -> promoter.run(group, to, accepted, deadline));
        Operation.audit("force_promote", asked(group, "to", to), done.audit());
        return Envelope.of()
                .with("group", group.value())
                .with("primary", done.primary().uri())
                .with("primary_epoch", done.epoch().value())
                .with("unconfirmed", done.unconfirmed().stream().map(MemberImage::uri).toList());
    }

    private interface OnReplica {
        ShardGroupImage run(ShardGroupId group, NodeAddress node, Deadline deadline);
    }

    private static Envelope onReplica(String action, JsonObject body, Deadline deadline, OnReplica change) {
        ShardGroupId group = group(body);
        NodeAddress node = Operation.address("uri", body.text("uri"));
        return audited(action, asked(group, "uri", node), () -> change.run(group, node, deadline));
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
