package io.lynse.tests.architecture.bad.engine.log;

import io.lynse.tests.architecture.bad.engine.row.CircleBack;

public final class Circle {
    Object see() {
        return CircleBack.class;
    }
}
