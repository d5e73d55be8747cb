@NullMarked
package io.lynse.coordinator.database;

import org.jspecify.annotations.NullMarked;
