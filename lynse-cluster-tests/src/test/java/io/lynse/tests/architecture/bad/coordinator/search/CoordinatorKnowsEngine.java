package io.lynse.tests.architecture.bad.coordinator.search;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class CoordinatorKnowsEngine {
    Object see() {
        return Engine.class;
    }
}
