/** Free space of the disk: watched, and writes refused before it runs out. */
@NullMarked
package io.lynse.engine.space;

import org.jspecify.annotations.NullMarked;
