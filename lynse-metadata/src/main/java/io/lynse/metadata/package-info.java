/** The cluster image: commands, what they decide, and what follows. Pure: no Spring, no network, no clock. */
@NullMarked
package io.lynse.metadata;

import org.jspecify.annotations.NullMarked;
