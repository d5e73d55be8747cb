/** Follows the cluster image and proposes changes to whoever decides them. */
@NullMarked
package io.lynse.coordinator.metadata;

import org.jspecify.annotations.NullMarked;
