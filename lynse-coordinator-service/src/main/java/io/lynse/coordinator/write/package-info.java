/** Splits a batch by shard group, sends the parts, tells what became of every row; ids that nobody chose. */
@NullMarked
package io.lynse.coordinator.write;

import org.jspecify.annotations.NullMarked;
