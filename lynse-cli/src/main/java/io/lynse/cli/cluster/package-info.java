/** A whole cluster on this machine: one process per node, and none of them left behind. */
@NullMarked
package io.lynse.cli.cluster;

import org.jspecify.annotations.NullMarked;
