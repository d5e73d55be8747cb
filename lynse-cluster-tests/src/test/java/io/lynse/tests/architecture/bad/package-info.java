/**
 * A miniature of the product's packages in which every class breaks one border, or is what such a class reaches for. The
 * rules that hold for {@code io.lynse} are tried on this root and must refuse it.
 */
@NullMarked
package io.lynse.tests.architecture.bad;

import org.jspecify.annotations.NullMarked;
