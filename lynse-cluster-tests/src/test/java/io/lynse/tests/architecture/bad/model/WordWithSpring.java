package io.lynse.tests.architecture.bad.model;

import org.springframework.context.ApplicationContext;

public final class WordWithSpring {
    Object see() {
        return ApplicationContext.class;
    }
}
