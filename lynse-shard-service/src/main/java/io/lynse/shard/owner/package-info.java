/**
 * This node as an owner of the cluster's metadata: one voter of the Raft group that decides what the cluster is (DESIGN.md section 7).
 * A node that is no owner runs all of this idle, and can be asked what it is.
 */
@NullMarked
package io.lynse.shard.owner;

import org.jspecify.annotations.NullMarked;
