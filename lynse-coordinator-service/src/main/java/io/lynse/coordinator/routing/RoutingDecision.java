package io.lynse.coordinator.routing;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;

/** Whom a request to one shard group goes to. Each case carries what the caller needs to act, and nothing else. */
public sealed interface RoutingDecision {

    record ToPrimary(ShardGroupId group, MemberImage primary, Epoch epoch) implements RoutingDecision {}

    /** The primary was never seen: nobody knows yet which node it is. */
    record NoPrimary(ShardGroupId group, String uri) implements RoutingDecision {}
}
