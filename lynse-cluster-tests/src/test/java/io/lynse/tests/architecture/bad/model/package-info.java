/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.model;

import org.jspecify.annotations.NullMarked;
