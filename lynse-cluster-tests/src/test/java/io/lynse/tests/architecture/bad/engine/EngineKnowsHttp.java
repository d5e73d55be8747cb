package io.lynse.tests.architecture.bad.engine;

import io.lynse.tests.architecture.bad.http.Databases;

public final class EngineKnowsHttp {
    Object see() {
        return Databases.class;
    }
}
