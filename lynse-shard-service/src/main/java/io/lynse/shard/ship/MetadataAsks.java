package io.lynse.shard.ship;

import io.lynse.metadata.Command;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.Event;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the primary asks of the metadata: one thing at a time, and of what comes meanwhile the last, because the protocol repeats what
 * it still wants. For the driver's thread.
 */
final class MetadataAsks {

    /** @param command null: only read */
    private record Ask(ShardGroupId group, @Nullable Command command) {}

    private static final Logger log = LoggerFactory.getLogger(MetadataAsks.class);

    private final GroupMetadata metadata;
    private final Consumer<Runnable> later;
    private final Consumer<Event> events;
    private List<String> owners = List.of();
    private @Nullable Ask next;
    private boolean asking;
    private String lastFailure = "";

    /** @param later runs work on the driver's thread */
    MetadataAsks(GroupMetadata metadata, Consumer<Runnable> later, Consumer<Event> events) {
        this.metadata = metadata;
        this.later = later;
        this.events = events;
    }

    /** Owners change without the group: any view tells who they are, also one that brings nothing else. */
    void seen(GroupView view) {
        if (!view.owners().isEmpty()) owners = view.owners();
    }

    void ask(ShardGroupId group, @Nullable Command command) {
        next = new Ask(group, command);
        if (!asking) begin();
    }

    private void begin() {
        Ask now = next;
        next = null;
        if (now == null) return;
        asking = true;
        metadata.ask(owners, now.group(), now.command()).whenComplete((group, failure) -> later.accept(() -> answered(group, failure)));
    }

    private void answered(@Nullable ShardGroupImage group, @Nullable Throwable failure) {
        asking = false;
        tell(failure == null ? "" : String.valueOf(failure.getMessage()));
        events.accept(group == null ? new Event.GroupUnknown() : new Event.GroupRead(group));
        if (!asking) begin();
    }

    private void tell(String reason) {
        if (!reason.isEmpty() && !reason.equals(lastFailure)) log.atWarn().addKeyValue("owners", owners).addKeyValue("reason", reason).log("the metadata does not answer");
        lastFailure = reason;
    }
}
