/** The documents say what is there. */
@NullMarked
package io.lynse.tests.docs;

import org.jspecify.annotations.NullMarked;
