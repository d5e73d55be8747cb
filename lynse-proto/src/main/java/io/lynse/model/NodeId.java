package io.lynse.model;

import java.util.Comparator;

/** Identity of a node, stored in its data directory. An address is no identity: a wiped disk comes back with another one. */
public record NodeId(String value) {

    public static final Comparator<NodeId> ORDER = Comparator.comparing(NodeId::value);

    public NodeId {
        if (value.isBlank()) throw new IllegalArgumentException("a node id must not be blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
