package io.lynse.coordinator.collection;

import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;

/** One thing that a group's primary has to change to hold what is declared. Idempotent: what is so already counts as done. */
public sealed interface CatalogRepair {

    record CreateDatabase(String database) implements CatalogRepair {}

    /** @param below ids that were given away by then: what is created in it later stays */
    record DropDatabase(String database, long below) implements CatalogRepair {}

    record Create(CollectionImage collection) implements CatalogRepair {}

    record Drop(CollectionId collection) implements CatalogRepair {}

    record SetIndex(CollectionImage collection) implements CatalogRepair {}

    record SetDescription(CollectionImage collection, String description) implements CatalogRepair {}
}
