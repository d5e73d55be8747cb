/** Bodies in and out: JSON with our own reader of number arrays, and the binary formats of the wire contract, section 5. */
@NullMarked
package io.lynse.http.codec;

import org.jspecify.annotations.NullMarked;
