/** Replays what LynseDB answered and compares: the wire contract, held against its source. */
@NullMarked
package io.lynse.tests.compat;

import org.jspecify.annotations.NullMarked;
