package io.lynse.coordinator.write;

import io.lynse.coordinator.routing.RowPartition.Part;
import io.lynse.error.LynseError;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows that went to one shard group.
 *
 * @param error null: written
 */
public record PartOutcome(Part part, @Nullable LynseError error) {

    public enum Fate { WRITTEN, REFUSED, UNKNOWN }

    public Fate fate() {
        return switch (error) {
            case null -> Fate.WRITTEN;
            // The node's own fault or a silent one: it may have been appended all the same.
            case LynseError.OutcomeUnknown _, LynseError.Internal _ -> Fate.UNKNOWN;
            default -> Fate.REFUSED;
        };
    }
}
