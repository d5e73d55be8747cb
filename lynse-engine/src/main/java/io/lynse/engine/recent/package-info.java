/** Applied rows that are not in Lucene yet, the fold that takes them there, and the view that every read uses. */
@NullMarked
package io.lynse.engine.recent;

import org.jspecify.annotations.NullMarked;
