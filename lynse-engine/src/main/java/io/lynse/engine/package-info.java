/** Embedded storage and search of one node. Knows no network and no framework. */
@NullMarked
package io.lynse.engine;

import org.jspecify.annotations.NullMarked;
