package io.lynse.coordinator.routing;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;

/** Where a request goes, from the image alone. The node itself refuses what the image got wrong: the epoch travels along. */
final class GroupRouter {

    private GroupRouter() {}

    static RoutingDecision route(ClusterImage image, ShardGroupId id) {
        ShardGroupImage group = image.group(id);
        if (!group.primary().bound()) return new RoutingDecision.NoPrimary(id, group.primary().uri());
        return new RoutingDecision.ToPrimary(id, group.primary(), group.epoch());
    }
}
