package io.lynse.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code /cluster_info} in a few lines for a person. */
final class ClusterSummary {

    private ClusterSummary() {}

    /** @param info the {@code params} of {@code /cluster_info} (wire contract 8.3); keys that are absent are shown as {@code ?} */
    static List<String> lines(JsonNode info) {
        var lines = new ArrayList<String>();
        lines.add("metadata version " + text(info, "meta_epoch") + ", " + text(info, "bucket_count") + " buckets");
        for (JsonNode group : info.path("shard_groups")) {
            lines.add("group %s, epoch %s".formatted(text(group, "name"), text(group, "primary_epoch")));
            lines.add("  primary  %s  %s".formatted(text(group, "primary"), health(group, text(group, "primary"))));
            for (JsonNode replica : group.path("replicas")) {
                String uri = text(replica, "uri");
                lines.add("  replica  %s  %s  %s".formatted(uri, health(group, uri), text(replica, "state")));
            }
        }
        info.path("collections").forEachEntry((name, collection) ->
                lines.add("collection %s, dimension %s, index %s".formatted(name, text(collection, "dim"), text(collection, "index_mode"))));
        info.path("degraded_reasons").forEach(reason -> lines.add("degraded: " + (reason.isString() ? reason.stringValue() : reason)));
        return lines;
    }

    /** What the coordinator's prober says of a node. */
    private static String health(JsonNode group, String uri) {
        for (JsonNode node : group.path("nodes")) {
            if (text(node, "uri").equals(uri)) return text(node, "state");
        }
        return "?";
    }

    private static String text(JsonNode object, String key) {
        JsonNode value = object.get(key);
        if (value == null) return "?";
        return value.isString() ? value.stringValue() : value.toString();
    }
}
