package io.lynse.coordinator.shardclient;

import io.lynse.model.Hits;
import java.util.List;

/**
 * One group's answer to a search.
 *
 * @param results      one list per query
 * @param holdsTextIds whether the group ever stored a text id of the collection
 */
public record GroupHits(List<Hits> results, boolean holdsTextIds) {
    public GroupHits {
        results = List.copyOf(results);
    }
}
