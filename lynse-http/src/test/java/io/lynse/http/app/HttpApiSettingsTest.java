package io.lynse.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class HttpApiSettingsTest {

    @Test
    void hasTheDocumentedDefaults() {
        HttpApiSettings settings = bind(Map.of());
        assertThat(settings.apiKey()).isNull();
        assertThat(settings.jsonLimit()).isEqualTo(DataSize.ofMegabytes(256));
        assertThat(settings.payloadLimit()).isEqualTo(DataSize.ofMegabytes(512));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(300));
        assertThat(settings.slowQuery()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.maxTopK()).isEqualTo(10_000);
        assertThat(settings.maxBatchVectors()).isEqualTo(100_000);
        assertThat(settings.maxCollectionVectors()).isEqualTo(10_000_000);
        assertThat(settings.maxCollectionVectorBytes()).isEqualTo(1L << 40);
        assertThat(settings.auditLog()).isTrue();
        assertThat(settings.requestHeapBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
        assertThat(settings.requestMemoryBytes()).as("a quarter of what the machine has").isGreaterThan(64L << 20).isLessThan(1L << 44);
    }

    @Test
    void neverShowsTheKey() {
        assertThat(bind(Map.of("lynse.http.api-key", "sesame")).toString()).doesNotContain("sesame").contains("key=set");
    }

    @Test
    void refusesLimitsThatCannotBe() {
        assertThatThrownBy(() -> bind(Map.of("lynse.http.json-limit", "0"))).hasStackTraceContaining("body limits must be above 0");
        assertThatThrownBy(() -> bind(Map.of("lynse.http.payload-limit", "3GB"))).hasStackTraceContaining("below 2 GB");
        assertThatThrownBy(() -> bind(Map.of("lynse.http.max-top-k", "-1"))).hasStackTraceContaining("must not be negative");
        assertThatThrownBy(() -> bind(Map.of("lynse.http.request-timeout", "0s"))).hasStackTraceContaining("request-timeout must be above 0");
    }

    @Test
    void takesOtherBudgetsButNoneOfNothing() {
        HttpApiSettings settings = bind(Map.of("lynse.http.request-memory", "2GB", "lynse.http.request-heap", "100MB"));
        assertThat(settings.requestMemoryBytes()).isEqualTo(2L << 30);
        assertThat(settings.requestHeapBytes()).isEqualTo(100L << 20);
        assertThatThrownBy(() -> bind(Map.of("lynse.http.request-memory", "0"))).hasStackTraceContaining("request-memory must be above 0");
        assertThatThrownBy(() -> bind(Map.of("lynse.http.request-heap", "0"))).hasStackTraceContaining("request-heap must be above 0");
    }

    private static HttpApiSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("lynse.http", HttpApiSettings.class);
    }
}
