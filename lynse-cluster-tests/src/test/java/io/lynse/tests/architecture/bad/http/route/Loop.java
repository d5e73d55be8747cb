package io.lynse.tests.architecture.bad.http.route;

import io.lynse.tests.architecture.bad.http.codec.LoopBack;

public final class Loop {
    Object see() {
        return LoopBack.class;
    }
}
