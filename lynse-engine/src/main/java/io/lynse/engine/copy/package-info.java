/** Copies of a checkpoint: what its files are, the place aside where they arrive, and how they take the place of what was there. README.md tells how. */
@NullMarked
package io.lynse.engine.copy;

import org.jspecify.annotations.NullMarked;
