package io.lynse.tests.architecture.bad.shard.probe;

import io.lynse.tests.architecture.bad.shard.node.Round;

public final class RoundBack {
    Object see() {
        return Round.class;
    }
}
