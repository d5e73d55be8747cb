package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.log.RetentionLimits;
import io.lynse.shard.recovery.CatchUpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ShardSettingsTest {

    @Test
    void everythingButTheFolderHasADefault() {
        ShardSettings settings = bound(Map.of("lynse.data-dir", "data"));

        assertThat(settings).isEqualTo(new ShardSettings(Path.of("data"), null, null, true, true, null, null, null, null));
        assertThat(settings.engine().kernels()).isTrue();
        assertThat(settings.engine().warmUp()).isTrue();
        assertThat(settings.engine().marks()).isNull();
        assertThat(settings.engine().retention()).isEqualTo(RetentionLimits.DEFAULT);
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
    void theLogIsKeptAsLongAsIsSaid() {
        ShardSettings settings = bound(Map.of("lynse.log-follower-bytes", "512MB", "lynse.log-pin-age", "2h"));

        assertThat(settings.engine().retention()).isEqualTo(new RetentionLimits(512 << 20, Duration.ofHours(2)));
        assertThatThrownBy(() -> bound(Map.of("lynse.log-follower-bytes", "-1MB"))).rootCause().hasMessageContaining("lynse.log-follower-bytes");
        assertThatThrownBy(() -> bound(Map.of("lynse.log-pin-age", "0s"))).rootCause().hasMessageContaining("lynse.log-pin-age");
    }

    @Test
    void filesAreGivenAsFastAsIsSaid() {
        assertThat(bound(Map.of()).catchUp()).isEqualTo(CatchUpSettings.DEFAULT);
        assertThat(bound(Map.of("lynse.catch-up-mb-per-sec", "3")).catchUp().bytesPerSecond()).isEqualTo(3_000_000);
        assertThatThrownBy(() -> bound(Map.of("lynse.catch-up-mb-per-sec", "0"))).rootCause().hasMessageContaining("lynse.catch-up-mb-per-sec");
    }

    @Test
    void filesAreReadAgainAsFastAsIsSaid() {
        assertThat(bound(Map.of("lynse.scrub-mb-per-sec", "3")).engine().scrubBytesPerSecond()).isEqualTo(3_000_000);
        assertThat(bound(Map.of("lynse.scrub-mb-per-sec", "0")).engine().scrubBytesPerSecond()).isZero();
        assertThatThrownBy(() -> bound(Map.of("lynse.scrub-mb-per-sec", "-1"))).rootCause().hasMessageContaining("lynse.scrub-mb-per-sec");
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
