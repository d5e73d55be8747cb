package io.lynse.tests.architecture.bad.coordinator.failover;

import io.lynse.tests.architecture.bad.wire.v1.Message;

public final class FailoverWithMessage {
    Object see() {
        return Message.class;
    }
}
