/** Generated messages to model records and back; the only code that sees both. */
@NullMarked
package io.lynse.wire;

import org.jspecify.annotations.NullMarked;
