/** Request ids, and what the metrics page says of requests. */
@NullMarked
package io.lynse.http.meter;

import org.jspecify.annotations.NullMarked;
