/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.http;

import org.jspecify.annotations.NullMarked;
