@NullMarked
package io.lynse.metadata.wire;

import org.jspecify.annotations.NullMarked;
