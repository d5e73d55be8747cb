package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ShardSettingsTest {

    @Test
    void everythingButTheFolderHasADefault() {
        ShardSettings settings = bound(Map.of("lynse.data-dir", "data"));

        assertThat(settings).isEqualTo(new ShardSettings(Path.of("data"), null, null, true, true));
        assertThat(settings.engine().kernels()).isTrue();
        assertThat(settings.engine().warmUp()).isTrue();
        assertThat(settings.engine().marks()).isNull();
    }

    @Test
    void reachesTheEngine() {
        ShardSettings settings = bound(Map.of(
                "lynse.data-dir", "data/a", "lynse.kernels", "false", "lynse.warm-up", "false", "lynse.disk-soft-free", "2GB", "lynse.disk-hard-free", "1GB"));

        assertThat(settings.engine().directory()).isEqualTo(Path.of("data/a"));
        assertThat(settings.engine().kernels()).isFalse();
        assertThat(settings.engine().warmUp()).isFalse();
        assertThat(settings.engine().marks()).isNotNull();
    }

    @Test
    void oneWatermarkAloneIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("lynse.disk-soft-free", "2GB"))).isInstanceOf(BindException.class)
                .rootCause().hasMessageContaining("given together");
    }

    private static ShardSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("lynse", ShardSettings.class);
    }
}
