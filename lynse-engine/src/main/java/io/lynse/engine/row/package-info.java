/** A row's id, fields, tombstone and order stamp, and how it becomes a Lucene document. */
@NullMarked
package io.lynse.engine.row;

import org.jspecify.annotations.NullMarked;
