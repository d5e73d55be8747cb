package io.lynse.shard.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class GrpcSettingsTest {

    @Test
    void hasDefaults() {
        GrpcSettings settings = bound(Map.of());
        assertThat(settings.enabled()).isTrue();
        assertThat(settings.port()).as("by the port rule").isEqualTo(-1);
        assertThat(settings.entryBytes()).as("one buffer").isEqualTo(Integer.MAX_VALUE - 64L);
    }

    @Test
    void takesSizesAsPeopleWriteThem() {
        GrpcSettings settings = bound(Map.of("lynse.grpc.entry-bytes-max", "2MB"));
        assertThat(settings.entryBytes()).isEqualTo(DataSize.ofMegabytes(2).toBytes());
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> bound(Map.of("lynse.grpc.port", 70_000))).hasRootCauseMessage("lynse.grpc.port must be -1 to 65535: 70000");
        assertThatThrownBy(() -> bound(Map.of("lynse.grpc.entry-bytes-max", "-1MB"))).hasStackTraceContaining("entry-bytes-max must be above 0");
    }

    private static GrpcSettings bound(Map<String, Object> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("lynse.grpc", GrpcSettings.class);
    }
}
