/** The Helm chart: what it renders is what Kubernetes knows and what the services understand. */
@NullMarked
package io.lynse.tests.chart;

import org.jspecify.annotations.NullMarked;
