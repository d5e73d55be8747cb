package io.lynse.tests.architecture.bad.http.route;

import io.lynse.tests.architecture.bad.wire.v1.Message;

public final class RouteWithMessage {
    Object see() {
        return Message.class;
    }
}
