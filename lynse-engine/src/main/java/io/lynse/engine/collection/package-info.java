/** Life of one collection: open, apply, read, checkpoint, close. */
@NullMarked
package io.lynse.engine.collection;

import org.jspecify.annotations.NullMarked;
