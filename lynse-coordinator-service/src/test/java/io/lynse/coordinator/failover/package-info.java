@NullMarked
package io.lynse.coordinator.failover;

import org.jspecify.annotations.NullMarked;
