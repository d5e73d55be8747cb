/** What one request, and all of them together, may ask for: k, batch sizes, body bytes. */
@NullMarked
package io.lynse.http.limit;

import org.jspecify.annotations.NullMarked;
