/** What the engine's speed is measured against, in the same run on the same rows: a plain memory read, and Lucene's own exact search. */
@NullMarked
package io.lynse.engine.yardstick;

import org.jspecify.annotations.NullMarked;
