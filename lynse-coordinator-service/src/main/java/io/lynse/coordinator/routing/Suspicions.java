package io.lynse.coordinator.routing;

import io.lynse.model.ShardGroupId;

/** What a request noticed, told to whoever looks closer, and what that one found. Cheap, never blocks. */
public interface Suspicions {

    /** This node refused, or could not be reached: a probe at once finds out sooner than the next one due. */
    void node(String uri);

    /** The group's primary lacks something that is declared. */
    void catalog(ShardGroupId group);

    /** Whether the node brought no good answer to the last probe; false also of one that was never probed. */
    boolean silent(String uri);

    /** Why the group is not served, for people; empty: nothing is known against it. */
    String against(ShardGroupId group);
}
