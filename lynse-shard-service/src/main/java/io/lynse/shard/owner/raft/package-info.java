/** Raft's messages over the node's own gRPC port, with its key and its limits. */
@NullMarked
package io.lynse.shard.owner.raft;

import org.jspecify.annotations.NullMarked;
