/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.shard.owner.raft;

import org.jspecify.annotations.NullMarked;
