@NullMarked
package io.lynse.coordinator.metadata;

import org.jspecify.annotations.NullMarked;
