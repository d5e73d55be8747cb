package io.lynse.engine;

import io.lynse.engine.search.CopySettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How an engine works. {@link #of} gives the defaults.
 *
 * @param directory          data directory; made when it does not exist
 * @param foldRows           recent rows of one collection that are written to Lucene in one go
 * @param foldBytes          bytes of recent rows of one collection that are written to Lucene in one go, however few rows they are
 * @param queueBytesMax      payload bytes of entries that are accepted and not yet applied; one larger entry is taken when there is no other
 * @param queueWait          how long a submit waits for room in the queue before it is refused
 * @param checkpointInterval longest time between an applied entry and the checkpoint that covers it
 * @param checkpointLogBytes payload bytes applied since the last checkpoint that cause the next one
 * @param searchThreads      platform threads that compute searches
 * @param searchQueueMax     searches that may wait for one of these threads
 * @param copies             one-byte copies of segments, for faster scans
 */
public record EngineSettings(
        Path directory,
        int foldRows,
        long foldBytes,
        long queueBytesMax,
        Duration queueWait,
        Duration checkpointInterval,
        long checkpointLogBytes,
        int searchThreads,
        int searchQueueMax,
        CopySettings copies) {

    private static final long MIB = 1 << 20;

    public EngineSettings {
        atLeastOne("foldRows", foldRows);
        atLeastOne("foldBytes", foldBytes);
        atLeastOne("queueBytesMax", queueBytesMax);
        atLeastOne("checkpointLogBytes", checkpointLogBytes);
        atLeastOne("searchThreads", searchThreads);
        atLeastOne("searchQueueMax", searchQueueMax);
        if (queueWait.isNegative()) throw new IllegalArgumentException("queueWait must not be negative: " + queueWait);
        if (!checkpointInterval.isPositive()) throw new IllegalArgumentException("checkpointInterval must be positive: " + checkpointInterval);
    }

    public static EngineSettings of(Path directory) {
        return new EngineSettings(
                directory,
                20_000,
                48 * MIB,
                64 * MIB,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                512 * MIB,
                Runtime.getRuntime().availableProcessors(),
                1024,
                CopySettings.defaults());
    }

    public EngineSettings withFoldRows(int rows) {
        return new EngineSettings(
                directory, rows, foldBytes, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies);
    }

    public EngineSettings withQueueBytesMax(long bytes) {
        return new EngineSettings(
                directory, foldRows, foldBytes, bytes, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies);
    }

    public EngineSettings withQueueWait(Duration wait) {
        return new EngineSettings(
                directory, foldRows, foldBytes, queueBytesMax, wait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies);
    }

    public EngineSettings withCheckpointInterval(Duration interval) {
        return new EngineSettings(
                directory, foldRows, foldBytes, queueBytesMax, queueWait, interval, checkpointLogBytes, searchThreads, searchQueueMax,
                copies);
    }

    public EngineSettings withSearchThreads(int threads, int queueMax) {
        return new EngineSettings(
                directory, foldRows, foldBytes, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, threads, queueMax, copies);
    }

    public EngineSettings withCopies(CopySettings settings) {
        return new EngineSettings(
                directory, foldRows, foldBytes, queueBytesMax, queueWait, checkpointInterval, checkpointLogBytes, searchThreads, searchQueueMax,
                settings);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
}
