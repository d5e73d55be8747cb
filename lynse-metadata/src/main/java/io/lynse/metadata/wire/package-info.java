/** The cluster's image, commands and changes as messages: in the owners' log, in snapshots and on their way to followers. */
@NullMarked
package io.lynse.metadata.wire;

import org.jspecify.annotations.NullMarked;
