/** Start-up of the HTTP API: flags, settings, and the one configuration both services import. */
@NullMarked
package io.lynse.http.app;

import org.jspecify.annotations.NullMarked;
