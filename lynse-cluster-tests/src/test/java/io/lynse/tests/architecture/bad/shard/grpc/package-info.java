/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.shard.grpc;

import org.jspecify.annotations.NullMarked;
