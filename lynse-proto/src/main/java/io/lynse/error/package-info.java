/** The one closed list of errors, the exception that carries one, and its form in gRPC. */
@NullMarked
package io.lynse.error;

import org.jspecify.annotations.NullMarked;
