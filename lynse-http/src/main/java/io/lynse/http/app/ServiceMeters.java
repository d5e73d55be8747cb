package io.lynse.http.app;

import io.lynse.error.LynseException;
import io.lynse.http.Databases;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The original's metrics of a whole server (wire contract 3), as far as this layer knows them, and whether it is ready. */
final class ServiceMeters implements MeterBinder {

    private static final Path STATM = Path.of("/proc/self/statm");
    private static final int PAGE_BYTES = 4096;

    private final Databases databases;
    private final ServiceFace face;
    private final double startSeconds = System.currentTimeMillis() / 1000.0;

    ServiceMeters(Databases databases, ServiceFace face) {
        this.databases = databases;
        this.face = face;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("lynsedb.up", () -> 1).register(registry);
        Gauge.builder("lynse.ready", face, self -> self.readiness().ready() ? 1 : 0).description("1 while /readyz answers 200").register(registry);
        TimeGauge.builder("lynsedb.server.start.time", () -> startSeconds, TimeUnit.SECONDS).register(registry);
        // The names end in _total, which the client library gives to counters alone; so counters they are, though they may fall.
        FunctionCounter.builder("lynsedb.databases", databases, told(all -> all.databases().size())).register(registry);
        FunctionCounter.builder("lynsedb.collections", databases, told(ServiceMeters::collections)).register(registry);
        Gauge.builder("lynsedb.process.resident.memory", ServiceMeters::residentBytes).baseUnit("bytes").register(registry);
    }

    /** NaN while the service cannot tell (a copy in quarantine): one failure would cost all other metrics. */
    private static ToDoubleFunction<Databases> told(ToDoubleFunction<Databases> count) {
        return databases -> {
            try {
                return count.applyAsDouble(databases);
            } catch (LynseException unavailable) {
                return Double.NaN;
            }
        };
    }

    private static double collections(Databases databases) {
        return databases.databases().stream().mapToInt(name -> databases.exists(name) ? databases.collections(name).size() : 0).sum();
    }

    /** NaN where the system does not tell. */
    private static double residentBytes() {
        try {
            return Long.parseLong(Files.readString(STATM).split(" ")[1]) * (double) PAGE_BYTES;
        } catch (IOException | RuntimeException unknown) {
            return Double.NaN;
        }
    }
}
