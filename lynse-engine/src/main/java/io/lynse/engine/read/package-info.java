/** Reads stored rows by id, or in the order of their stamps. */
@NullMarked
package io.lynse.engine.read;

import org.jspecify.annotations.NullMarked;
