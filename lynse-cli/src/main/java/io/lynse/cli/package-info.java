/** The {@code lynse} command: its subcommands, each of which talks HTTP like any client. */
@NullMarked
package io.lynse.cli;

import org.jspecify.annotations.NullMarked;
