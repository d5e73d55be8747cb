package io.lynse.tests.architecture.bad.coordinator.search;

import io.lynse.tests.architecture.bad.wire.v1.Message;

public final class CoordinatorWithMessage {
    Object see() {
        return Message.class;
    }
}
