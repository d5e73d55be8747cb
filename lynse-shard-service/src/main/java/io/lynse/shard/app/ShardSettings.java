package io.lynse.shard.app;

import io.lynse.engine.EngineSettings;
import io.lynse.engine.log.RetentionLimits;
import io.lynse.engine.space.Watermarks;
import io.lynse.shard.recovery.CatchUpSettings;
import java.nio.file.Path;
import java.time.Duration;
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
 * @param logFollowerBytes log by which a follower may be behind and still have it kept, see {@link RetentionLimits}; null: the engine's default
 * @param logPinAge    how long a checkpoint stays pinned for a copy that nobody reports as done; null: the engine's default
 * @param catchUpMbPerSec megabytes per second that this node gives to all members together which it fills from its files; null: {@link CatchUpSettings}'
 * @param scrubMbPerSec megabytes per second of files and rows that are read again all the time, to find what the disk altered; 0: never; null: the engine's default
 */
@ConfigurationProperties("lynse")
public record ShardSettings(
        @DefaultValue(".") Path dataDir, @Nullable DataSize diskSoftFree, @Nullable DataSize diskHardFree,
        @DefaultValue("true") boolean kernels,
        @DefaultValue("true") boolean warmUp,
        @Nullable DataSize logFollowerBytes, @Nullable Duration logPinAge,
        @Nullable Integer catchUpMbPerSec,
        @Nullable Integer scrubMbPerSec) {

    private static final long BYTES_PER_MB = 1_000_000;

    public ShardSettings {
        if ((diskSoftFree == null) != (diskHardFree == null)) {
            throw new IllegalArgumentException("lynse.disk-soft-free and lynse.disk-hard-free are given together or not at all");
        }
        if (diskSoftFree != null && diskHardFree != null) {
            var unused = new Watermarks(diskSoftFree.toBytes(), diskHardFree.toBytes());
        }
        if (logFollowerBytes != null && logFollowerBytes.isNegative()) throw new IllegalArgumentException("lynse.log-follower-bytes must not be negative");
        if (catchUpMbPerSec != null && catchUpMbPerSec < 1) throw new IllegalArgumentException("lynse.catch-up-mb-per-sec must be at least 1");
        if (scrubMbPerSec != null && scrubMbPerSec < 0) throw new IllegalArgumentException("lynse.scrub-mb-per-sec must not be negative");
        if (logPinAge != null && !logPinAge.isPositive()) throw new IllegalArgumentException("lynse.log-pin-age must be positive");
    }

    EngineSettings engine() {
        EngineSettings settings = EngineSettings.of(dataDir).withKernels(kernels).withWarmUp(warmUp).withRetention(retention());
        if (scrubMbPerSec != null) settings = settings.withScrubBytesPerSecond(scrubMbPerSec * BYTES_PER_MB);
        return diskSoftFree == null || diskHardFree == null ? settings : settings.withMarks(new Watermarks(diskSoftFree.toBytes(), diskHardFree.toBytes()));
    }

    CatchUpSettings catchUp() {
        CatchUpSettings defaults = CatchUpSettings.DEFAULT;
        return catchUpMbPerSec == null ? defaults : defaults.withBytesPerSecond(catchUpMbPerSec * BYTES_PER_MB);
    }

    private RetentionLimits retention() {
        RetentionLimits defaults = RetentionLimits.DEFAULT;
        return new RetentionLimits(
                logFollowerBytes == null ? defaults.followerBytesMax() : logFollowerBytes.toBytes(), logPinAge == null ? defaults.pinAgeMax() : logPinAge);
    }
}
