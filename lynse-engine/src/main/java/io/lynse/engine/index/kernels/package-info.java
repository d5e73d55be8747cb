/** The scans that rank many stored vectors at once, with the JDK's Vector API or without. */
@NullMarked
package io.lynse.engine.index.kernels;

import org.jspecify.annotations.NullMarked;
