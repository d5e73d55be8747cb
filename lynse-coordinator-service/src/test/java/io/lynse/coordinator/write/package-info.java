@NullMarked
package io.lynse.coordinator.write;

import org.jspecify.annotations.NullMarked;
