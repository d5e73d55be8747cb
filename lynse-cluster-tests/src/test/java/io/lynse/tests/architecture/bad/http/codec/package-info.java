/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.http.codec;

import org.jspecify.annotations.NullMarked;
