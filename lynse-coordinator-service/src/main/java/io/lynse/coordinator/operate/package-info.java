/** What an operator asks of a shard group: who leads it, and who its members are. */
@NullMarked
package io.lynse.coordinator.operate;

import org.jspecify.annotations.NullMarked;
