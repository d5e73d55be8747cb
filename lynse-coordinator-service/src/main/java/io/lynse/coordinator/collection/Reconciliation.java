package io.lynse.coordinator.collection;

import io.lynse.coordinator.collection.CatalogDiff.Comparison;
import io.lynse.coordinator.shardclient.Holdings;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.CollectionId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps that bring one group in line with what is declared: asks for one thing at a time, and is told. The listing comes before
 * the image, and the image is confirmed: whatever the listing shows was declared before, so what the image lacks then was dropped.
 * The other way round, a collection that was just created would look like one that nobody declared. Not safe for use by several threads.
 */
public final class Reconciliation {

    public sealed interface Step {
        /** {@link #listed} follows. */
        record ListHoldings() implements Step {}

        /** {@link #confirmed} follows, with an image that was asked for now. */
        record ConfirmImage() implements Step {}

        /** In this order; {@link #repaired} follows. */
        record Repair(List<CatalogRepair> repairs) implements Step {}

        /** Nothing is different any more, or it goes on changing: then somebody else's doubt brings the next reconciliation. */
        record Done() implements Step {}

        /** @param unknown collections with ids that this metadata has not given away: nothing may be changed there */
        record MetadataIsOlder(List<CollectionId> unknown) implements Step {}
    }

    /** What changes meanwhile is compared again, so often. */
    private static final int ROUNDS_MAX = 5;

    private final ShardGroupId group;
    private @Nullable Holdings there;
    private Step step = new Step.ListHoldings();
    private int rounds;

    public Reconciliation(ShardGroupId group) {
        this.group = group;
    }

    public Step next() {
        return step;
    }

    public void listed(Holdings holdings) {
        there = holdings;
        step = new Step.ConfirmImage();
    }

    public void confirmed(ClusterImage image) {
        Holdings listed = there;
        if (listed == null) throw new IllegalStateException("nothing was listed yet");
        step = switch (CatalogDiff.between(image, group, listed)) {
            case Comparison.Differs(var repairs) -> repairs.isEmpty() ? new Step.Done() : new Step.Repair(repairs);
            case Comparison.MetadataIsOlder(var unknown) -> new Step.MetadataIsOlder(unknown);
        };
    }

    public void repaired() {
        step = ++rounds < ROUNDS_MAX ? new Step.ListHoldings() : new Step.Done();
    }
}
