package io.lynse.engine;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.IndexParameters;
import java.util.List;
import java.util.Optional;

/** The databases and collections of a node at one moment; a value that never changes. */
public interface Catalog {

    /** Sorted. */
    List<String> databases();

    boolean hasDatabase(String database);

    Optional<CollectionInfo> find(CollectionName name);

    Optional<CollectionInfo> byId(CollectionId id);

    /** What was given with the wanted index of a collection; nothing when there is no such collection. */
    IndexParameters indexParameters(CollectionId id);

    /** Of one database, sorted by name; empty when there is no such database. */
    List<CollectionInfo> collections(String database);

    /** Of all databases, sorted by database, then name. */
    List<CollectionInfo> collections();
}
