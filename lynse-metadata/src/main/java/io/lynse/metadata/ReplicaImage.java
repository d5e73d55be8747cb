package io.lynse.metadata;

/** A member that follows the primary, and how far it is to be trusted. */
public record ReplicaImage(MemberImage member, ReplicaState state) {}
