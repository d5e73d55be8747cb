/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.engine.row;

import org.jspecify.annotations.NullMarked;
