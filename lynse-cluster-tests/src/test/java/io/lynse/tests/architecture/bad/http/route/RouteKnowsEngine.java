package io.lynse.tests.architecture.bad.http.route;

import io.lynse.tests.architecture.bad.engine.Engine;

public final class RouteKnowsEngine {
    Object see() {
        return Engine.class;
    }
}
