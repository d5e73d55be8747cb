package io.lynse.tests.architecture.bad.error;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class ErrorKnowsEngine {
    Object see() {
        return Engine.class;
    }
}
