/**
 * Crashes on purpose: a mixed load whose every state is known, killed or cut off at any change of the disk, reopened, and compared
 * row by row. {@link io.lynse.engine.crash.CrashIT} kills a child process, {@code PowerCutIT} also loses what was not forced.
 */
@NullMarked
package io.lynse.engine.crash;

import org.jspecify.annotations.NullMarked;
