/** The other coordinators: what they tell each other, and requests that are the leading one's to do. */
@NullMarked
package io.lynse.coordinator.peer;

import org.jspecify.annotations.NullMarked;
