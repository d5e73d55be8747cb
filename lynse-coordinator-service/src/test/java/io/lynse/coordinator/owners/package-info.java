@NullMarked
package io.lynse.coordinator.owners;

import org.jspecify.annotations.NullMarked;
