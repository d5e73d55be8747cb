package io.lynse.shard.membership;

import io.lynse.metadata.Durability;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shard group as the cluster's metadata saw it at one moment.
 *
 * @param metaEpoch      version of the metadata this view was taken from
 * @param version        version of the group, raised by every accepted change of its set
 * @param coordinatorUri whom to name to a client that came to the wrong door; may be empty
 * @param owners         addresses of the nodes that keep the cluster's metadata ({@code http://host:port}); none: a coordinator keeps it
 */
public record GroupView(
        String clusterId,
        ShardGroupId group,
        Epoch primaryEpoch,
        long metaEpoch,
        long version,
        Member primary,
        List<Replica> replicas,
        String coordinatorUri,
        List<String> owners,
        Durability durability) {

    private static final Comparator<GroupView> AGE =
            Comparator.comparing(GroupView::primaryEpoch).thenComparingLong(GroupView::metaEpoch);

    public GroupView {
        if (clusterId.isBlank()) throw new IllegalArgumentException("a view names its cluster");
        replicas = List.copyOf(replicas);
        owners = List.copyOf(owners);
    }

    /** Of a cluster whose metadata a coordinator keeps, and whose writes wait for the active replicas. */
    public GroupView(
            String clusterId, ShardGroupId group, Epoch primaryEpoch, long metaEpoch, long version, Member primary, List<Replica> replicas, String coordinatorUri) {
        this(clusterId, group, primaryEpoch, metaEpoch, version, primary, replicas, coordinatorUri, List.of(), Durability.DEFAULT);
    }

    /** The same group without some of its replicas. */
    public GroupView withReplicas(List<Replica> some) {
        return new GroupView(clusterId, group, primaryEpoch, metaEpoch, version, primary, some, coordinatorUri, owners, durability);
    }

    /** Views are ordered by (primary epoch, meta epoch); a node adopts only newer ones. */
    public boolean newerThan(GroupView other) {
        return AGE.compare(this, other) > 0;
    }

    /** @param nodeId null: the metadata has not met the node yet */
    public record Member(String uri, @Nullable NodeId nodeId) {

        /** Whether this is the node with that id, reached at that address. An address alone is no identity, once an id is known. */
        public boolean is(String uri, NodeId id) {
            return this.uri.equals(uri) && (nodeId == null || nodeId.equals(id));
        }
    }

    /** @param state {@code active}, {@code stale} or {@code syncing} */
    public record Replica(Member member, String state) {}
}
