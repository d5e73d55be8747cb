package io.lynse.tests.architecture.bad.wire;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class WireKnowsEngine {
    Object see() {
        return Engine.class;
    }
}
