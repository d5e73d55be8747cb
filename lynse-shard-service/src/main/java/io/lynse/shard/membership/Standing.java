package io.lynse.shard.membership;

import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps on disk about its place in the world.
 *
 * @param place null: it never joined a cluster
 * @param seen  highest primary epoch this node ever heard of; a lower one is refused
 * @param led   highest primary epoch this node ever wrote in; never written in again after a restart
 */
public record Standing(@Nullable Place place, Epoch seen, Epoch led) {

    public static final Standing NEW = new Standing(null, Epoch.NONE, Epoch.NONE);

    public Standing {
        if (led.compareTo(seen) > 0) throw new IllegalArgumentException("led epoch " + led + " was never seen: " + seen);
        if (place != null && place.view().primaryEpoch().compareTo(seen) > 0) {
            throw new IllegalArgumentException("the view's epoch " + place.view().primaryEpoch() + " was never seen: " + seen);
        }
    }

    /**
     * A seat in a cluster.
     *
     * @param uri the address under which the cluster knows this node
     */
    public record Place(GroupView view, String uri) {

        boolean isPrimary(NodeId self) {
            return view.primary().is(uri, self);
        }

        /** Whether that view shows this node with every acknowledged write: as the primary, or as an active replica. */
        public boolean isActive(NodeId self) {
            return isPrimary(self) || view.replicas().stream().anyMatch(replica -> replica.member().is(uri, self) && replica.state().equals("active"));
        }
    }
}
