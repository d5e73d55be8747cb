/** {@code lynse bench engine}: what this node's engine costs on this machine, measured without HTTP and gRPC. */
@NullMarked
package io.lynse.shard.bench;

import org.jspecify.annotations.NullMarked;
