package io.lynse.tests.faults;

import java.util.List;

/**
 * What a node cannot reach.
 *
 * @param others   places of other nodes
 * @param clients  whether clients are cut off, too
 * @param refusing whether packets are answered with a reset, as a machine without that process would; else nothing comes back
 */
record Cut(List<Integer> others, boolean clients, Way way, boolean refusing) {

    /** Which packets do not arrive, seen from the node. */
    enum Way {
        BOTH,
        IN,
        OUT
    }

    Cut {
        others = List.copyOf(others);
    }
}
