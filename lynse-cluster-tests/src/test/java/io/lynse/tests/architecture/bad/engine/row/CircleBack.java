package io.lynse.tests.architecture.bad.engine.row;

import io.lynse.tests.architecture.bad.engine.log.Circle;

public final class CircleBack {
    Object see() {
        return Circle.class;
    }
}
