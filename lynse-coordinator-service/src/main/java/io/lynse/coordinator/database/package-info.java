/** The public interface of a Lynse service, over a cluster. */
@NullMarked
package io.lynse.coordinator.database;

import org.jspecify.annotations.NullMarked;
