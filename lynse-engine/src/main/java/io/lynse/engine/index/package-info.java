/** What each metric computes, exactly. */
@NullMarked
package io.lynse.engine.index;

import org.jspecify.annotations.NullMarked;
