/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.wire;

import org.jspecify.annotations.NullMarked;
