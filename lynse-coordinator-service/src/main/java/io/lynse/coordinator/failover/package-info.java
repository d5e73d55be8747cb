/** Who becomes primary, and when it is safe. */
@NullMarked
package io.lynse.coordinator.failover;

import org.jspecify.annotations.NullMarked;
