/** Declares databases and collections and brings every primary in line with what is declared. */
@NullMarked
package io.lynse.coordinator.collection;

import org.jspecify.annotations.NullMarked;
