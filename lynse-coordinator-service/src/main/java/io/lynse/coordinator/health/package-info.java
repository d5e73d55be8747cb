/** Probes every node, and what the answers mean: breakers, identity, leadership. */
@NullMarked
package io.lynse.coordinator.health;

import org.jspecify.annotations.NullMarked;
