@NullMarked
package io.lynse.coordinator.peer;

import org.jspecify.annotations.NullMarked;
