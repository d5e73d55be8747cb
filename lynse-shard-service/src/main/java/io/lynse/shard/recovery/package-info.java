/** Fills this node again from the files of another member, and gives its own to others. README.md tells how. */
@NullMarked
package io.lynse.shard.recovery;

import org.jspecify.annotations.NullMarked;
