/** The borders between modules and packages, as rules that hold for the product and provably bite on bad examples. */
@NullMarked
package io.lynse.tests.architecture;

import org.jspecify.annotations.NullMarked;
