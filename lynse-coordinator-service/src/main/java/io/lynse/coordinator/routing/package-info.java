/** Cluster image and rows to shard groups, and how a request meets the primary of each. */
@NullMarked
package io.lynse.coordinator.routing;

import org.jspecify.annotations.NullMarked;
