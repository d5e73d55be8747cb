@NullMarked
package io.lynse.coordinator.collection;

import org.jspecify.annotations.NullMarked;
