/** The API key of the public port. */
@NullMarked
package io.lynse.http.auth;

import org.jspecify.annotations.NullMarked;
