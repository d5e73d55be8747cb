/** The cluster image: what the metadata authority knows, how commands change it; pure. */
@NullMarked
package io.lynse.metadata;

import org.jspecify.annotations.NullMarked;
