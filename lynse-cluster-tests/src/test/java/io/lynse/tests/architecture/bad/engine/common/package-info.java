/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.engine.common;

import org.jspecify.annotations.NullMarked;
