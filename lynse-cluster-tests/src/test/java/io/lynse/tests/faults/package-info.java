/** Whether a cluster of real processes keeps its promises while machines, networks, disks and clocks fail. */
@NullMarked
package io.lynse.tests.faults;

import org.jspecify.annotations.NullMarked;
