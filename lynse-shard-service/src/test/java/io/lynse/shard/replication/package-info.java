/** Tables and scenarios of the protocol core, rule by rule. */
@NullMarked
package io.lynse.shard.replication;

import org.jspecify.annotations.NullMarked;
