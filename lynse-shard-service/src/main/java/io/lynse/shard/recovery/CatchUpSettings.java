package io.lynse.shard.recovery;

import java.time.Duration;

/**
 * Pace of catch-up by files. The defaults are here and nowhere else.
 *
 * @param bytesPerSecond what a node gives to all takers together
 * @param patience       a checkpoint is held for a taker that asks for nothing for so long
 * @param takersMax      checkpoints that a node holds at a time, each for one taker
 */
public record CatchUpSettings(long bytesPerSecond, Duration patience, int takersMax) {

    public static final CatchUpSettings DEFAULT = new CatchUpSettings(100_000_000, Duration.ofMinutes(2), 4);

    public CatchUpSettings {
        if (bytesPerSecond < 1) throw new IllegalArgumentException("bytesPerSecond must be at least 1: " + bytesPerSecond);
        if (!patience.isPositive()) throw new IllegalArgumentException("patience must be positive: " + patience);
        if (takersMax < 1) throw new IllegalArgumentException("takersMax must be at least 1: " + takersMax);
    }

    public CatchUpSettings withBytesPerSecond(long bytes) {
        return new CatchUpSettings(bytes, patience, takersMax);
    }
}
