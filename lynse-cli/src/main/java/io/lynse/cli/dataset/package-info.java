/** Reads a data folder: half-float vectors, their metadata, queries and the exact answers. */
@NullMarked
package io.lynse.cli.dataset;

import org.jspecify.annotations.NullMarked;
