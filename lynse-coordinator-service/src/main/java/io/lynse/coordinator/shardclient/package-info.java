/** Channels, deadlines and errors towards shard nodes. */
@NullMarked
package io.lynse.coordinator.shardclient;

import org.jspecify.annotations.NullMarked;
