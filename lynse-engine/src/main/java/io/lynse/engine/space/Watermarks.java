package io.lynse.engine.space;

/**
 * From which free space on a disk counts as low or full. Pure.
 *
 * @param softFreeBytes below it the disk is low
 * @param hardFreeBytes below it the disk is full; room for what was accepted before and is not in its files yet: log, folds, merges
 */
public record Watermarks(long softFreeBytes, long hardFreeBytes) {

    private static final long GIB = 1L << 30;

    public Watermarks {
        if (hardFreeBytes < 0) throw new IllegalArgumentException("the hard mark must not be negative: " + hardFreeBytes);
        if (softFreeBytes < hardFreeBytes) {
            throw new IllegalArgumentException("the soft mark, " + softFreeBytes + " bytes, must not be below the hard one, " + hardFreeBytes);
        }
    }

    /** 10 and 5 per cent of the disk, but no more than 10 and 2 GiB. */
    public static Watermarks of(long totalBytes) {
        return new Watermarks(Math.min(totalBytes / 10, 10 * GIB), Math.min(totalBytes / 20, 2 * GIB));
    }

    /**
     * The level after {@code before}. A level is left upwards only a tenth above its mark, so that it does not flicker.
     *
     * @param freeBytes of the disk now
     */
    public DiskLevel next(DiskLevel before, long freeBytes) {
        DiskLevel now = level(freeBytes, softFreeBytes, hardFreeBytes);
        if (now.compareTo(before) >= 0) return now;
        DiskLevel eased = level(freeBytes, raised(softFreeBytes), raised(hardFreeBytes));
        return eased.compareTo(before) < 0 ? eased : before;
    }

    /** Whether so many bytes more leave the hard mark untouched. */
    public boolean fits(long freeBytes, long moreBytes) {
        return freeBytes - moreBytes >= hardFreeBytes;
    }

    private static DiskLevel level(long free, long soft, long hard) {
        if (free < hard) return DiskLevel.FULL;
        return free < soft ? DiskLevel.LOW : DiskLevel.OK;
    }

    private static long raised(long mark) {
        return mark + mark / 10;
    }
}
