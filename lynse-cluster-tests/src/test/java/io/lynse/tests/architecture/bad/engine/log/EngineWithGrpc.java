package io.lynse.tests.architecture.bad.engine.log;

import io.grpc.Status;

public final class EngineWithGrpc {
    Object see() {
        return Status.class;
    }
}
