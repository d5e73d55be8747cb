package io.lynse.tests.architecture.bad.shard.grpc;

import io.lynse.tests.architecture.bad.coordinator.health.Breaker;

public final class ShardKnowsCoordinator {
    Object see() {
        return Breaker.class;
    }
}
