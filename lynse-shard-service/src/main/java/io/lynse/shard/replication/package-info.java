/**
 * The replication protocol of one member of a shard group, without threads, clocks, sockets or files: events in, effects out.
 * Its rules are those of DESIGN 4 to 6 and of the model-checked specification, by number; docs/replication.md leads from rule to code to test.
 */
@NullMarked
package io.lynse.shard.replication;

import org.jspecify.annotations.NullMarked;
