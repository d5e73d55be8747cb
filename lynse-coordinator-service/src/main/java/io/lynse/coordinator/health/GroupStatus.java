package io.lynse.coordinator.health;

import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;

/**
 * Whether a group has a primary that leads.
 *
 * @param epoch  of the view in which it was judged
 * @param reason why it does not lead; empty: it does
 */
public record GroupStatus(ShardGroupId group, boolean leads, Epoch epoch, String reason) {}
