/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.error;

import org.jspecify.annotations.NullMarked;
