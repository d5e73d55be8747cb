package io.lynse.engine;

import io.lynse.engine.collection.FoldLimits;
import io.lynse.engine.log.RetentionLimits;
import io.lynse.engine.search.CopySettings;
import io.lynse.engine.space.DiskSpace;
import io.lynse.engine.space.Watermarks;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an engine works. {@link #of} gives the defaults.
 *
 * @param directory          data directory; made when it does not exist
 * @param folds              when the recent rows of a collection are written to Lucene
 * @param recentBytesMax     memory of the recent rows of all collections together; when it is full, writes wait
 * @param queueBytesMax      payload bytes of entries that are accepted and not yet applied; one larger entry is taken when there is no other
 * @param queueWait          how long a submit waits for room in the queue before it is refused
 * @param checkpointInterval longest time between an applied entry and the checkpoint that covers it
 * @param checkpointLogBytes payload bytes applied since the last checkpoint that cause the next one
 * @param searchThreads      platform threads that compute searches
 * @param searchQueueMax     searches that may wait for one of these threads
 * @param copies             one-byte copies of segments, for faster scans
 * @param marks              of free disk space; null: by the size of the disk
 * @param kernels            whether exact search runs on our own vector kernels where the JVM can; if not, on Lucene's stock code: slower, the same answers
 * @param warmUp             whether code is compiled in spare time after the start, before the first client needs it
 * @param verifyAtOnceBytes  files of one collection whose checksums are looked at before it answers; those of a larger one are looked at
 *                           in the background, at each start. A disk of 200 MB/s reads the default's 64 MiB in a third of a second
 * @param retention          how long the log is kept for followers and copies
 * @param scrubBytesPerSecond files and rows that are read again all the time, to find what the disk altered; 0: never
 */
public record EngineSettings(
        Path directory,
        FoldLimits folds,
        long recentBytesMax,
        long queueBytesMax,
        Duration queueWait,
        Duration checkpointInterval,
        long checkpointLogBytes,
        int searchThreads,
        int searchQueueMax,
        CopySettings copies,
        @Nullable Watermarks marks,
        boolean kernels,
        boolean warmUp,
        long verifyAtOnceBytes,
        RetentionLimits retention,
        long scrubBytesPerSecond) {

    private static final long MIB = 1 << 20;

    public EngineSettings {
        atLeastOne("recentBytesMax", recentBytesMax);
        atLeastOne("queueBytesMax", queueBytesMax);
        atLeastOne("checkpointLogBytes", checkpointLogBytes);
        atLeastOne("searchThreads", searchThreads);
        atLeastOne("searchQueueMax", searchQueueMax);
        if (scrubBytesPerSecond < 0) throw new IllegalArgumentException("scrubBytesPerSecond must not be negative: " + scrubBytesPerSecond);
        if (queueWait.isNegative()) throw new IllegalArgumentException("queueWait must not be negative: " + queueWait);
        if (!checkpointInterval.isPositive()) throw new IllegalArgumentException("checkpointInterval must be positive: " + checkpointInterval);
    }

    public static EngineSettings of(Path directory) {
        return new EngineSettings(
                directory,
                FoldLimits.DEFAULT,
                256 * MIB,
                64 * MIB,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                512 * MIB,
                Runtime.getRuntime().availableProcessors(),
                1024,
                CopySettings.defaults(),
                null,
                true,
                false,
                64 * MIB,
                RetentionLimits.DEFAULT,
                20 * MIB);
    }

    public EngineSettings withFoldRows(int rows) {
        return new EngineSettings(
                directory, folds.withRows(rows), recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withFolds(FoldLimits limits, long recentBytes) {
        return new EngineSettings(
                directory, limits, recentBytes, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withQueueBytesMax(long bytes) {
        return new EngineSettings(
                directory, folds, recentBytesMax, bytes, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withQueueWait(Duration wait) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, wait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withCheckpointInterval(Duration interval) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, interval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withSearchThreads(int threads, int queueMax) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, threads, queueMax, copies, marks,
                kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withCopies(CopySettings settings) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                settings, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withMarks(Watermarks marks) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withKernels(boolean own) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, own, warmUp, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withWarmUp(boolean inSpareTime) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, inSpareTime, verifyAtOnceBytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withVerifyAtOnceBytes(long bytes) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, bytes, retention, scrubBytesPerSecond);
    }

    public EngineSettings withRetention(RetentionLimits limits) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, limits, scrubBytesPerSecond);
    }

    public EngineSettings withScrubBytesPerSecond(long bytes) {
        return new EngineSettings(
                directory, folds, recentBytesMax, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies, marks, kernels, warmUp, verifyAtOnceBytes, retention, bytes);
    }

    Watermarks watermarks(DiskSpace disk) {
        return marks != null ? marks : Watermarks.of(disk.totalBytes());
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
}
