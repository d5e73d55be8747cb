/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.coordinator.search;

import org.jspecify.annotations.NullMarked;
