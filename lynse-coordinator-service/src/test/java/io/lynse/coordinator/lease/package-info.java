@NullMarked
package io.lynse.coordinator.lease;

import org.jspecify.annotations.NullMarked;
