package io.lynse.tests.replication;

import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.ship.GroupMetadata;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The cluster's metadata in memory, decided by the real rules; it can be made silent. */
final class MetadataRegister implements GroupMetadata {

    private ClusterImage image;
    private boolean silent;

    MetadataRegister(ShardGroupImage group, Durability durability) {
        image = ClusterImage.initial("cluster-1", 8, durability, List.of(group));
    }

    synchronized ClusterImage image() {
        return image;
    }

    synchronized void silent(boolean is) {
        silent = is;
    }

    /** @throws LynseException if it is refused */
    synchronized void decide(Command command) {
        switch (Decision.decide(image, command)) {
            case Decision.Accepted(List<MetadataRecord> records) -> records.forEach(record -> image = image.apply(record));
            case Decision.Refused(var error) -> throw new LynseException(error);
        }
    }

    @Override
    public synchronized CompletableFuture<ShardGroupImage> ask(List<String> owners, ShardGroupId group, @Nullable Command command) {
        if (silent) return CompletableFuture.failedFuture(new IllegalStateException("nobody answers"));
        try {
            if (command != null) decide(command);
        } catch (LynseException refused) {
            // What follows from it is read.
        }
        return CompletableFuture.completedFuture(image.group(group));
    }
}
