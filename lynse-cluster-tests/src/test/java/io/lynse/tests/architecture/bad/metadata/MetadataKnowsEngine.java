package io.lynse.tests.architecture.bad.metadata;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class MetadataKnowsEngine {
    Object see() {
        return Engine.class;
    }
}
