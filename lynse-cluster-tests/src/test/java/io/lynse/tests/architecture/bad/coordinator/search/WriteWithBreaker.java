package io.lynse.tests.architecture.bad.coordinator.search;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;

public final class WriteWithBreaker {
    Object see() {
        return CircuitBreaker.class;
    }
}
