/** The words both services share: ids, positions, vectors, fields and hits as small immutable values. */
@NullMarked
package io.lynse.model;

import org.jspecify.annotations.NullMarked;
