package io.lynse.tests.architecture.bad.model;

import io.lynse.tests.architecture.bad.wire.v1.Message;

public final class WordWithMessage {
    Object see() {
        return Message.class;
    }
}
