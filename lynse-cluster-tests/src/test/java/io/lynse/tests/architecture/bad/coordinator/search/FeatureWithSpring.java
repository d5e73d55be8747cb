package io.lynse.tests.architecture.bad.coordinator.search;

import org.springframework.context.ApplicationContext;

public final class FeatureWithSpring {
    Object see() {
        return ApplicationContext.class;
    }
}
