package io.lynse.http.meter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;

/** Counts and times requests under the original's metric names (wire contract 3), and each hot route under a name of its own. */
public final class HttpMeters {

    private static final List<String> CLASSES = List.of("2xx", "3xx", "4xx", "5xx", "other");
    private static final List<String> KINDS = List.of("client_4xx", "server_5xx", "unauthorized", "handler_failure");
    private static final Duration[] BUCKETS = DoubleStream.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9))).toArray(Duration[]::new);

    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final Map<String, LongAdder> byClass = new HashMap<>();
    private final Map<String, LongAdder> byKind = new HashMap<>();
    private final Timer duration;
    private final Map<String, Timer> hotRoutes = new HashMap<>();

    /** @param hotRoutes exact paths that get timers of their own */
    public HttpMeters(MeterRegistry registry, List<String> hotRoutes) {
        FunctionCounter.builder("lynsedb.http.requests", requests, LongAdder::sum).register(registry);
        FunctionCounter.builder("lynsedb.http.request.errors", errors, LongAdder::sum).register(registry);
        for (String statusClass : CLASSES) {
            var count = new LongAdder();
            byClass.put(statusClass, count);
            FunctionCounter.builder("lynsedb.http.requests.by.status", count, LongAdder::sum).tag("status_class", statusClass).register(registry);
        }
        for (String kind : KINDS) {
            var count = new LongAdder();
            byKind.put(kind, count);
            FunctionCounter.builder("lynsedb.http.request.errors.by.kind", count, LongAdder::sum).tag("kind", kind).register(registry);
        }
        duration = Timer.builder("lynsedb.http.request.duration").serviceLevelObjectives(BUCKETS).register(registry);
        for (double quantile : new double[] {0.5, 0.9, 0.99}) {
            Gauge.builder("lynsedb.http.request.duration.seconds.quantile", duration, timer -> quantile(timer.takeSnapshot().histogramCounts(), timer.count(), quantile))
                    .tag("quantile", Double.toString(quantile)).register(registry);
        }
        for (String route : hotRoutes) {
            this.hotRoutes.put(route, Timer.builder("lynse.http.route").tag("route", route).register(registry));
        }
    }

    void record(String path, int status, boolean failed, long nanos) {
        requests.increment();
        duration.record(nanos, TimeUnit.NANOSECONDS);
        Timer route = hotRoutes.get(path);
        if (route != null) route.record(nanos, TimeUnit.NANOSECONDS);
        count(byClass, status < 200 || status > 599 ? "other" : status / 100 + "xx");
        if (status < 400) return;
        errors.increment();
        if (failed) count(byKind, "handler_failure");
        else if (status == 401) count(byKind, "unauthorized");
        else count(byKind, status < 500 ? "client_4xx" : "server_5xx");
    }

    private static void count(Map<String, LongAdder> counts, String name) {
        LongAdder count = counts.get(name);
        if (count == null) throw new IllegalStateException("no such count: " + name);
        count.increment();
    }

    /** The quantile in seconds, as if each bucket were filled evenly; what lies above the last bucket counts as its bound. */
    static double quantile(CountAtBucket[] buckets, long total, double quantile) {
        double wanted = total * quantile;
        double before = 0;
        double lower = 0;
        for (CountAtBucket bucket : buckets) {
            double upper = bucket.bucket(TimeUnit.SECONDS);
            if (bucket.count() >= wanted && bucket.count() > before) return lower + (upper - lower) * (wanted - before) / (bucket.count() - before);
            before = bucket.count();
            lower = upper;
        }
        return total == 0 ? 0 : lower;
    }
}
