package io.lynse.shard.membership;

import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;

/** What a request believes about the group it goes to. */
public record Fence(ShardGroupId group, Epoch epoch) {}
