/** Main class, wiring and typed settings of a shard node. */
@NullMarked
package io.lynse.shard.app;

import org.jspecify.annotations.NullMarked;
