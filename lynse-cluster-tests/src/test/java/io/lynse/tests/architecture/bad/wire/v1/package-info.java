/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.wire.v1;

import org.jspecify.annotations.NullMarked;
