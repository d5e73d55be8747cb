package io.lynse.tests.architecture.bad.cli;

import io.lynse.tests.architecture.bad.wire.v1.Message;

public final class CommandWithMessage {
    Object see() {
        return Message.class;
    }
}
