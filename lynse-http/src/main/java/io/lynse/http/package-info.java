/** The public HTTP API, once, for both services: what they must be able to do is {@link io.lynse.http.Databases}. */
@NullMarked
package io.lynse.http;

import org.jspecify.annotations.NullMarked;
