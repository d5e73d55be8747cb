/** Files of one real engine into another, whatever fails on the way. */
@NullMarked
package io.lynse.shard.recovery;

import org.jspecify.annotations.NullMarked;
