package io.lynse.http.app;

import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What the requests of one process may hold in memory, and what the metrics page says of it. */
public final class RequestBudgets implements MeterBinder {

    private final MemoryBudget heap;
    private final MemoryBudget offHeap;

    public RequestBudgets(long heapBytes, long offHeapBytes) {
        heap = new MemoryBudget("on the heap", heapBytes);
        offHeap = new MemoryBudget("outside the heap", offHeapBytes);
    }

    /** What one more request may hold. */
    public RequestMemory request() {
        return new RequestMemory(heap, offHeap);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bind(registry, "heap", heap);
        bind(registry, "off_heap", offHeap);
    }

    private static void bind(MeterRegistry registry, String kind, MemoryBudget budget) {
        Gauge.builder("lynse.request.memory", budget, MemoryBudget::taken).baseUnit("bytes").tag("kind", kind)
                .description("memory that requests hold now: bodies, what is made of them, answers").register(registry);
        Gauge.builder("lynse.request.memory.max", budget, MemoryBudget::bytesMax).baseUnit("bytes").tag("kind", kind)
                .description("memory that requests may hold at one time; above it they get 429").register(registry);
        FunctionCounter.builder("lynse.request.memory.refused", budget, MemoryBudget::refused).tag("kind", kind)
                .description("requests refused because this memory was full, or too small for them").register(registry);
    }
}
