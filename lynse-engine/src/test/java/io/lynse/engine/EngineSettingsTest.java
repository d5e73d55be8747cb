package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lynse.engine.collection.FoldLimits;
import io.lynse.engine.search.CopySettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {

    private final EngineSettings defaults = EngineSettings.of(Path.of("data"));

    @Test
    void defaults() {
        assertThat(defaults.folds()).isEqualTo(new FoldLimits(20_000, 48 << 20, 300_000, Duration.ofSeconds(5)));
        assertThat(defaults.recentBytesMax()).isEqualTo(256 << 20);
        assertThat(defaults.queueBytesMax()).isEqualTo(64 << 20);
        assertThat(defaults.queueWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(defaults.checkpointInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.checkpointLogBytes()).isEqualTo(512 << 20);
        assertThat(defaults.searchThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(defaults.searchQueueMax()).isEqualTo(1024);
        assertThat(defaults.copies().rowsMin()).isEqualTo(16_384);
        assertThat(defaults.copies().bytesMax()).isPositive();
        assertThat(defaults.copies().warmUp()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withFoldRows(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FoldLimits(1, 0, 1, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new FoldLimits(1, 1, 0, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new FoldLimits(1, 1, 1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withFolds(FoldLimits.DEFAULT, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withQueueBytesMax(0));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withQueueWait(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withCheckpointInterval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withSearchThreads(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withSearchThreads(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopySettings(0, 0, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopySettings(1, -1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopySettings(1, 0, Duration.ofSeconds(-1)));
    }
}
