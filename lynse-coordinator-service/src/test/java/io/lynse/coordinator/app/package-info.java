@NullMarked
package io.lynse.coordinator.app;

import org.jspecify.annotations.NullMarked;
