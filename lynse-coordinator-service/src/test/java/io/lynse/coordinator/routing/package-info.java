@NullMarked
package io.lynse.coordinator.routing;

import org.jspecify.annotations.NullMarked;
