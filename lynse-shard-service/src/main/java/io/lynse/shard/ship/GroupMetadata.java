package io.lynse.shard.ship;

import io.lynse.metadata.Command;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the cluster's metadata is decided. */
public interface GroupMetadata {

    /**
     * Has a command decided, if there is one, and then reads the group.
     *
     * @param owners  addresses of the nodes that keep the metadata ({@code http://host:port})
     * @param command null: only read
     * @return the group as it is after that, whether the command was accepted or refused; fails, soon, if nobody tells: then the command may
     *         be accepted, now or later
     */
    CompletableFuture<ShardGroupImage> ask(List<String> owners, ShardGroupId group, @Nullable Command command);
}
