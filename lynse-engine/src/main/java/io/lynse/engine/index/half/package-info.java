/** Vectors of float16 in Lucene's segments: two bytes per component on disk, float32 to whoever asks for one. */
@NullMarked
package io.lynse.engine.index.half;

import org.jspecify.annotations.NullMarked;
