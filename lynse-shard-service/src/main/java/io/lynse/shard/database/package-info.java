/** The public API of one node: {@link io.lynse.http.Databases} over the engine. */
@NullMarked
package io.lynse.shard.database;

import org.jspecify.annotations.NullMarked;
