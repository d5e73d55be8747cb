/** What an operator says the cluster is: cluster.json and the settings around it. */
@NullMarked
package io.lynse.coordinator.config;

import org.jspecify.annotations.NullMarked;
