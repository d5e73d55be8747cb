/** Main, wiring, settings, and the two pages only a coordinator has. */
@NullMarked
package io.lynse.coordinator.app;

import org.jspecify.annotations.NullMarked;
