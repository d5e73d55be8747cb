/**
 * The scans that rank many stored vectors at once, with the JDK's Vector API or without: blocks of float32 or float16 vectors anywhere, and
 * the whole of an immutable segment by one-byte codes first, proven never to lose a row.
 */
@NullMarked
package io.lynse.engine.index.kernels;

import org.jspecify.annotations.NullMarked;
