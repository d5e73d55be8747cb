package io.lynse.coordinator.failover;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;

/** What is to be done about the primary of one shard group. */
public sealed interface FailoverDecision {

    record Keep(MemberImage primary) implements FailoverDecision {}

    /** @param oldStays whether the old primary answers: it has every acknowledged write, and stays active under another */
    record Promote(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen, boolean oldStays) implements FailoverDecision {}

    /** The primary is being stopped, and leads until another one does. @param next who follows it */
    record HandOver(Promote next) implements FailoverDecision {}

    /** The group stays down. @param reason whom it waits for, and what is wrong with that member */
    record NoSafeMember(ShardGroupId group, String reason) implements FailoverDecision {}

    /** The primary is silent, but nobody else has said that it is. */
    record Disputed(ShardGroupId group, String reason) implements FailoverDecision {}
}
