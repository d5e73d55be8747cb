/** A coordinator's view of the metadata against shard nodes that keep it, in one process. */
@NullMarked
package io.lynse.tests.owners;

import org.jspecify.annotations.NullMarked;
