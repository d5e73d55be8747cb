/** HNSW graphs: which segments get one, how it is built in the background, and how it is written and read. */
@NullMarked
package io.lynse.engine.index.hnsw;

import org.jspecify.annotations.NullMarked;
