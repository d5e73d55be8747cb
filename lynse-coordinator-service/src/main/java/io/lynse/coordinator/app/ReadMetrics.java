package io.lynse.coordinator.app;

import io.lynse.coordinator.routing.ReadCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Who answers reads, in numbers. A read of a collection is one part for each of its groups. */
record ReadMetrics(ReadCounts reads) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("lynse.reads", reads, ReadCounts::byPrimary).tag("role", "primary").description("parts of reads that the group's primary answered").register(registry);
        FunctionCounter.builder("lynse.reads", reads, ReadCounts::byReplica).tag("role", "replica").description("parts of reads that another active member answered").register(registry);
        FunctionCounter.builder("lynse.reads.unconfirmed", reads, ReadCounts::unconfirmedAnswers).description("parts of reads that nobody confirmed, and told so").register(registry);
        FunctionCounter.builder("lynse.reads.retried", reads, ReadCounts::retries).description("attempts at parts of reads after the first").register(registry);
    }
}
