package io.lynse.tests.architecture.bad.http.codec;

import io.lynse.tests.architecture.bad.http.route.Loop;

public final class LoopBack {
    Object see() {
        return Loop.class;
    }
}
