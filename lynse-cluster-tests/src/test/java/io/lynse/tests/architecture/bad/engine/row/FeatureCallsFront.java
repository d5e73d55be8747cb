package io.lynse.tests.architecture.bad.engine.row;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class FeatureCallsFront {
    Object see() {
        return Engine.class;
    }
}
