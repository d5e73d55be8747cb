package io.lynse.coordinator.shardclient;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.IndexParameters;
import java.util.List;
import java.util.Map;

/**
 * What a group's primary holds.
 *
 * @param indexParameters of the wanted indexes; a collection is not in it if the node does not tell
 */
public record Holdings(List<String> databases, List<CollectionInfo> collections, Map<CollectionId, IndexParameters> indexParameters) {
    public Holdings {
        databases = List.copyOf(databases);
        collections = List.copyOf(collections);
        indexParameters = Map.copyOf(indexParameters);
    }
}
