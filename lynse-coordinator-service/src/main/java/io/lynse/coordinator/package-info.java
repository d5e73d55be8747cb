/** Routes, merges, heals: one cluster behind the HTTP API. */
@NullMarked
package io.lynse.coordinator;

import org.jspecify.annotations.NullMarked;
