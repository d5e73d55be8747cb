/** The few calls of the public HTTP API that the command line makes. */
@NullMarked
package io.lynse.cli.client;

import org.jspecify.annotations.NullMarked;
