@NullMarked
package io.lynse.coordinator.shardclient;

import org.jspecify.annotations.NullMarked;
