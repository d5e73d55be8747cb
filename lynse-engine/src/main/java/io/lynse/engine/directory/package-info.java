/** The data directory: its lock, its identity, and small files written atomically. */
@NullMarked
package io.lynse.engine.directory;

import org.jspecify.annotations.NullMarked;
