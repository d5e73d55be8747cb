@NullMarked
package io.lynse.coordinator.config;

import org.jspecify.annotations.NullMarked;
