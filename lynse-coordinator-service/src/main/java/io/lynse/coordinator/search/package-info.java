/** Asks every shard group and merges what they answer. */
@NullMarked
package io.lynse.coordinator.search;

import org.jspecify.annotations.NullMarked;
