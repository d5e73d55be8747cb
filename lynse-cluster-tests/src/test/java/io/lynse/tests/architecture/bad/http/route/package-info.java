/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.http.route;

import org.jspecify.annotations.NullMarked;
