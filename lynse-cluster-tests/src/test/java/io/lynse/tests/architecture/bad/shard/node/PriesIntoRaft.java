package io.lynse.tests.architecture.bad.shard.node;

import io.lynse.tests.architecture.bad.shard.owner.raft.Transport;

public final class PriesIntoRaft {
    Object see() {
        return Transport.class;
    }
}
