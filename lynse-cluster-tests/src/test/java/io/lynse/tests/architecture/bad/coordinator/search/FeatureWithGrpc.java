package io.lynse.tests.architecture.bad.coordinator.search;

import io.grpc.Status;

public final class FeatureWithGrpc {
    Object see() {
        return Status.class;
    }
}
