/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.metadata;

import org.jspecify.annotations.NullMarked;
