package io.lynse.tests.architecture.bad.shard.node;

import io.lynse.tests.architecture.bad.shard.probe.RoundBack;

public final class Round {
    Object see() {
        return RoundBack.class;
    }
}
