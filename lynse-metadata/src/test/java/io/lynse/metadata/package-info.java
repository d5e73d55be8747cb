@NullMarked
package io.lynse.metadata;

import org.jspecify.annotations.NullMarked;
