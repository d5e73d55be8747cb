package io.lynse.tests.architecture.bad.cli;

import io.grpc.Status;

public final class CommandWithGrpc {
    Object see() {
        return Status.class;
    }
}
