package io.lynse.coordinator.collection;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.Optional;

/** Looks names up. A name that the local image lacks is confirmed before anybody is told that it does not exist. */
public final class Catalog {

    /** A request that needs absent metadata ends within this time. */
    private static final Duration CONFIRM_MAX = Duration.ofSeconds(15);

    private final MetadataAuthority authority;

    public Catalog(MetadataAuthority authority) {
        this.authority = authority;
    }

    /** @throws LynseException NotFound if the database or the collection does not exist */
    public CollectionImage require(CollectionName name) {
        return find(name).orElseThrow(() -> new LynseException(new LynseError.NotFound("collection", name.collection())));
    }

    /** @throws LynseException NotFound if the database does not exist */
    public Optional<CollectionImage> find(CollectionName name) {
        CollectionImage known = authority.image().collection(name);
        if (known != null) return Optional.of(known);
        ClusterImage confirmed = confirmed();
        if (!confirmed.databases().contains(name.database())) throw new LynseException(new LynseError.NotFound("database", name.database()));
        return Optional.ofNullable(confirmed.collection(name));
    }

    public boolean hasDatabase(String name) {
        return authority.image().databases().contains(name) || confirmed().databases().contains(name);
    }

    public ClusterImage confirmed() {
        return authority.confirmed(Deadline.after(CONFIRM_MAX));
    }
}
