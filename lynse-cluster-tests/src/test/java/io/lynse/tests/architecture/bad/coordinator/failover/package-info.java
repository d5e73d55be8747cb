/** Bad examples for the border rules. */
@NullMarked
package io.lynse.tests.architecture.bad.coordinator.failover;

import org.jspecify.annotations.NullMarked;
