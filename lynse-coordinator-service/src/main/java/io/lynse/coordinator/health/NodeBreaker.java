package io.lynse.coordinator.health;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.concurrent.TimeUnit;

/**
 * One node's circuit breaker: so many failed probes in a row open it, one that succeeds closes it. Time plays no part: while it
 * is open every further probe is its trial call, because probing goes on at its own pace whatever the breaker thinks.
 */
public final class NodeBreaker {

    private final CircuitBreaker breaker;

    private NodeBreaker(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    /** @param failures probes in a row that open a breaker, at least 1 */
    public static CircuitBreakerRegistry registry(int failures) {
        return CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(failures)
                .minimumNumberOfCalls(failures)
                .failureRateThreshold(100) // of a window as long as the count: only failures in a row
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
    }

    public static NodeBreaker of(CircuitBreakerRegistry registry, String uri) {
        return new NodeBreaker(registry.circuitBreaker(uri));
    }

    /** @return whether the node's health changed */
    public boolean record(boolean success) {
        boolean before = open();
        if (before) breaker.transitionToHalfOpenState();
        if (success) breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        else breaker.onError(0, TimeUnit.NANOSECONDS, new ProbeFailed());
        return before != open();
    }

    /** Whether the node counts as unhealthy. */
    public boolean open() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    /** {@code closed} or {@code open}, as {@code /cluster_info} shows it. */
    public String state() {
        return open() ? "open" : "closed";
    }

    private static final class ProbeFailed extends RuntimeException {
        ProbeFailed() {
            super("probe failed", null, false, false);
        }
    }
}
