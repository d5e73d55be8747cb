/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.cli;

import org.jspecify.annotations.NullMarked;
