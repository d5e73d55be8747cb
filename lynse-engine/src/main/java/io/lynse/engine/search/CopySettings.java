package io.lynse.engine.search;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * When segments get a one-byte copy for faster scans.
 *
 * @param rowsMin  smaller segments are scanned as they are, as long as no larger one has its copy
 * @param bytesMax most bytes of all copies together, outside the heap; 0: none is made
 * @param warmUp   longest time that the first copy waits for its kernels to be compiled; zero: not at all
 */
public record CopySettings(int rowsMin, long bytesMax, Duration warmUp) {

    private static final int MEMORY_SHARE = 8;

    public CopySettings {
        if (rowsMin < 1) throw new IllegalArgumentException("rowsMin must be at least 1: " + rowsMin);
        if (bytesMax < 0) throw new IllegalArgumentException("bytesMax must not be negative: " + bytesMax);
        if (warmUp.isNegative()) throw new IllegalArgumentException("warmUp must not be negative: " + warmUp);
    }

    /**
     * From 16,384 rows on: the scan of fewer takes a millisecond or so, and the warm-up would compete with it. Up to an eighth of the
     * memory of the machine or container (several nodes may share it), 3 s of warm-up.
     */
    public static CopySettings defaults() {
        return new CopySettings(16_384, memoryBytes() / MEMORY_SHARE, Duration.ofSeconds(3));
    }

    /** No copies. */
    public CopySettings none() {
        return new CopySettings(rowsMin, 0, warmUp);
    }

    private static long memoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
