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
            lines.add("  primary  %s".formatted(text(group, "primary")));
            for (JsonNode replica : group.path("replicas")) {
                lines.add("  replica  %s  %s".formatted(text(replica, "uri"), text(replica, "state")));
            }
        }
        info.path("collections").forEachEntry((name, collection) ->
                lines.add("collection %s, dimension %s, index %s".formatted(name, text(collection, "dim"), text(collection, "index_mode"))));
        return lines;
    }

    private static String text(JsonNode object, String key) {
        JsonNode value = object.get(key);
        if (value == null) return "?";
        return value.isString() ? value.stringValue() : value.toString();
    }
}
