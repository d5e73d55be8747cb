/** Histories of the cluster's metadata under faults, and whether one order of all calls explains what clients saw. */
@NullMarked
package io.lynse.tests.linearizability;

import org.jspecify.annotations.NullMarked;
