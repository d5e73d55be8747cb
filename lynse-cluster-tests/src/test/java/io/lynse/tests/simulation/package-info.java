/**
 * Whole clusters on one thread with virtual time: the real protocol cores, and a network, disks, metadata and processes that fail
 * as a seed says. One seed is one run, bit for bit.
 */
@NullMarked
package io.lynse.tests.simulation;

import org.jspecify.annotations.NullMarked;
