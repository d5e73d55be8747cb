@NullMarked
package io.lynse.coordinator.search;

import org.jspecify.annotations.NullMarked;
