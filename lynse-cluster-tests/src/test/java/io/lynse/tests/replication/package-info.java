/** Shard groups of real nodes: real logs, disks and gRPC, in one process. */
@NullMarked
package io.lynse.tests.replication;

import org.jspecify.annotations.NullMarked;
