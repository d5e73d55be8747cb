/** Tests of the whole: borders between modules, recorded exchanges, real processes. */
@NullMarked
package io.lynse.tests;

import org.jspecify.annotations.NullMarked;
