/** The lynse command. */
@NullMarked
package io.lynse.cli;

import org.jspecify.annotations.NullMarked;
