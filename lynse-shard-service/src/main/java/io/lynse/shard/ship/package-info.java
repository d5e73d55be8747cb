/** Runs the replication protocol of this node for real: its core on one thread, its effects on the log, the network and the metadata. README.md tells how. */
@NullMarked
package io.lynse.shard.ship;

import org.jspecify.annotations.NullMarked;
