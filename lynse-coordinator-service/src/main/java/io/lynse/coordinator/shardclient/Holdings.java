package io.lynse.coordinator.shardclient;

import io.lynse.model.CollectionInfo;
import java.util.List;

/** What a group's primary holds. */
public record Holdings(List<String> databases, List<CollectionInfo> collections) {
    public Holdings {
        databases = List.copyOf(databases);
        collections = List.copyOf(collections);
    }
}
