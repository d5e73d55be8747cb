/** The endpoints: hot ones as servlets on exact paths, all others as controllers, one per subject. */
@NullMarked
package io.lynse.http.route;

import org.jspecify.annotations.NullMarked;
