/** One local search: scan, keep the best k, order them. */
@NullMarked
package io.lynse.engine.search;

import org.jspecify.annotations.NullMarked;
