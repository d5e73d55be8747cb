package io.lynse.shard.recovery;

import io.lynse.shard.membership.Fence;

/** How the members that give their files are reached. */
public interface Givers {

    /**
     * @param uri   of a member, as the metadata names it
     * @param fence the epoch in which it is the primary
     */
    Giver of(String uri, Fence fence);
}
