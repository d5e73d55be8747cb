package io.lynse.metadata;

/**
 * On how many disks a write is before it is acknowledged: of a whole cluster, and fixed when it is formed.
 *
 * @param mirrors          whether a write waits for the active replicas; otherwise they follow in their own time, and none is ever promoted
 *                         without an operator
 * @param minActiveMembers a shard group takes no writes with fewer active members than that, its primary counted
 */
public record Durability(boolean mirrors, int minActiveMembers) {

    public static final Durability DEFAULT = new Durability(true, 1);

    /** Acknowledged on the primary alone. */
    public static final Durability ASYNC = new Durability(false, 1);

    public Durability {
        if (minActiveMembers < 1) throw new IllegalArgumentException("min_active_members must be at least 1: " + minActiveMembers);
        if (!mirrors && minActiveMembers > 1) {
            throw new IllegalArgumentException("min_active_members is " + minActiveMembers
                    + ", but with write_mirror_replicas false no replica is ever active: leave one of them out");
        }
    }

    /** How a replica is shown: where nobody waits for replicas, none is active or stale. */
    public String shown(ReplicaState state) {
        return mirrors ? state.text() : "async";
    }
}
