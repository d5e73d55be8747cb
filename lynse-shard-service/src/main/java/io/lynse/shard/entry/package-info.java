/** Log entries of this service: how one is made, and what one must be before it is appended. */
@NullMarked
package io.lynse.shard.entry;

import org.jspecify.annotations.NullMarked;
