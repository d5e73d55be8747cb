package io.lynse.tests.architecture.bad.model;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class WordKnowsEngine {
    Object see() {
        return Engine.class;
    }
}
