/** Real processes, started as shipped through {@code bin/lynse}: started, killed, restarted, and always cleaned up. */
@NullMarked
package io.lynse.tests.processes;

import org.jspecify.annotations.NullMarked;
