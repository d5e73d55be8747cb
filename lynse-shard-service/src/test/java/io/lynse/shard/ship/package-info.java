@NullMarked
package io.lynse.shard.ship;

import org.jspecify.annotations.NullMarked;
