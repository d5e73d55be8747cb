/** What requests may hold in memory: a budget per kind of memory, and what one request has of them. */
@NullMarked
package io.lynse.memory;

import org.jspecify.annotations.NullMarked;
