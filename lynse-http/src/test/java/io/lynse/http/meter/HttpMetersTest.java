package io.lynse.http.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpMeters meters = new HttpMeters(registry, List.of("/search"));

    @Test
    void countsRequestsByClassAndErrorsByKind() {
        meters.record("/search", 200, false, 1_000);
        meters.record("/add", 404, false, 1_000);
        meters.record("/add", 401, false, 1_000);
        meters.record("/add", 503, false, 1_000);
        meters.record("/add", 500, true, 1_000);
        assertThat(count("lynsedb.http.requests")).isEqualTo(5);
        assertThat(count("lynsedb.http.request.errors")).isEqualTo(4);
        assertThat(count("lynsedb.http.requests.by.status", "status_class", "2xx")).isEqualTo(1);
        assertThat(count("lynsedb.http.requests.by.status", "status_class", "4xx")).isEqualTo(2);
        assertThat(count("lynsedb.http.requests.by.status", "status_class", "5xx")).isEqualTo(2);
        assertThat(count("lynsedb.http.request.errors.by.kind", "kind", "client_4xx")).isEqualTo(1);
        assertThat(count("lynsedb.http.request.errors.by.kind", "kind", "unauthorized")).isEqualTo(1);
        assertThat(count("lynsedb.http.request.errors.by.kind", "kind", "server_5xx")).isEqualTo(1);
        assertThat(count("lynsedb.http.request.errors.by.kind", "kind", "handler_failure")).isEqualTo(1);
        assertThat(registry.get("lynse.http.route").tag("route", "/search").timer().count()).isEqualTo(1);
    }

    @Test
    void findsAQuantileInsideItsBucket() {
        CountAtBucket[] buckets = {bucket(0.1, 50), bucket(0.2, 90), bucket(0.4, 90)};
        assertThat(HttpMeters.quantile(buckets, 100, 0.5)).isEqualTo(0.1, within(1e-9));
        assertThat(HttpMeters.quantile(buckets, 100, 0.7)).isEqualTo(0.15, within(1e-9));
        assertThat(HttpMeters.quantile(buckets, 100, 0.99)).isEqualTo(0.4, within(1e-9));
        assertThat(HttpMeters.quantile(buckets, 0, 0.5)).isZero();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private static CountAtBucket bucket(double seconds, double count) {
        return new CountAtBucket(seconds * 1e9, count);
    }
}
