package io.lynse.tests.architecture.bad.engine.log;

import org.springframework.context.ApplicationContext;

public final class EngineWithSpring {
    Object see() {
        return ApplicationContext.class;
    }
}
