@NullMarked
package io.lynse.coordinator.health;

import org.jspecify.annotations.NullMarked;
