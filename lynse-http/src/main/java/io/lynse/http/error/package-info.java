/** The one mapping between errors and HTTP answers. */
@NullMarked
package io.lynse.http.error;

import org.jspecify.annotations.NullMarked;
