/** Who keeps the cluster's metadata while the cluster runs: sees what became of each owner, replaces a lost disk, and changes the owners on command. */
@NullMarked
package io.lynse.coordinator.owners;

import org.jspecify.annotations.NullMarked;
