package io.lynse.metadata;

/** A member that follows the primary, and how far it is to be trusted. */
public record ReplicaImage(MemberImage member, ReplicaState state) {

    /** A node met for the first time keeps the state that was given to its place; another node than the one known holds nothing. */
    ReplicaImage boundTo(MemberImage met) {
        return new ReplicaImage(met, member.bound() && !member.equals(met) ? ReplicaState.STALE : state);
    }
}
