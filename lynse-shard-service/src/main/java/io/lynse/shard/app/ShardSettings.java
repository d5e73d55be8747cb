package io.lynse.shard.app;

import io.lynse.engine.EngineSettings;
import io.lynse.engine.space.Watermarks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param dataDir      where everything the node keeps lies; made when it does not exist
 * @param diskSoftFree free space below which the node warns; null: a tenth of the disk, at most 10 GB
 * @param diskHardFree free space below which the node refuses what needs more; null: a twentieth of the disk, at most 2 GB
 * @param kernels      whether exact search uses our own vector kernels; false: Lucene's stock code, slower, with the same answers
 * @param warmUp       whether code is compiled in spare time after the start, before the first client needs it
 */
@ConfigurationProperties("lynse")
public record ShardSettings(
        @DefaultValue(".") Path dataDir, @Nullable DataSize diskSoftFree, @Nullable DataSize diskHardFree,
        @DefaultValue("true") boolean kernels,
        @DefaultValue("true") boolean warmUp) {

    public ShardSettings {
        if ((diskSoftFree == null) != (diskHardFree == null)) {
            throw new IllegalArgumentException("lynse.disk-soft-free and lynse.disk-hard-free are given together or not at all");
        }
        if (diskSoftFree != null && diskHardFree != null) {
            var unused = new Watermarks(diskSoftFree.toBytes(), diskHardFree.toBytes());
        }
    }

    EngineSettings engine() {
        EngineSettings settings = EngineSettings.of(dataDir).withKernels(kernels).withWarmUp(warmUp);
        return diskSoftFree == null || diskHardFree == null ? settings : settings.withMarks(new Watermarks(diskSoftFree.toBytes(), diskHardFree.toBytes()));
    }
}
