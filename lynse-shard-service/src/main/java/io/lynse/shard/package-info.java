/** One shard node: the engine on the network. */
@NullMarked
package io.lynse.shard;

import org.jspecify.annotations.NullMarked;
