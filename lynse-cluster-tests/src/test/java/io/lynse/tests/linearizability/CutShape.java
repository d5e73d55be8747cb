package io.lynse.tests.linearizability;

import java.util.ArrayList;
import java.util.List;

/** Which links of an owner are cut. */
enum CutShape {

    /** It reaches no other owner, nor they it. Clients still reach it, and must not be told what is old. */
    FROM_OWNERS {
        @Override
        List<Link> links(Network network, int owner, int other) {
            return both(network.fromOwnersTo(owner), network.toOwnersFrom(owner));
        }
    },

    FROM_ALL {
        @Override
        List<Link> links(Network network, int owner, int other) {
            return both(network.to(owner), network.toOwnersFrom(owner));
        }
    },

    /** It may call the others, and gets their answers, but cannot be called. */
    INWARD {
        @Override
        List<Link> links(Network network, int owner, int other) {
            return network.fromOwnersTo(owner);
        }
    },

    /** It is called, and answers, but cannot call. */
    OUTWARD {
        @Override
        List<Link> links(Network network, int owner, int other) {
            return network.toOwnersFrom(owner);
        }
    },

    /** Two owners do not reach each other; the third reaches both. */
    FROM_ONE {
        @Override
        List<Link> links(Network network, int owner, int other) {
            return List.of(network.link(owner, other), network.link(other, owner));
        }
    };

    /** @param other another owner */
    abstract List<Link> links(Network network, int owner, int other);

    private static List<Link> both(List<Link> some, List<Link> more) {
        var all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
