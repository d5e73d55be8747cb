package io.lynse.engine.space;

import io.lynse.error.LynseError;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the free space of the disk once a second, and refuses what would fill it. By itself it finds out when there is room again.
 * Safe for use by several threads.
 */
public final class DiskGuard implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DiskGuard.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final int ROOM_LOOKS = 10;
    private static final int EXHAUSTED_PART = 4; // of the hard mark
    private static final int COPIES = 2; // of an entry's bytes: in the log, and in the files made of it

    private final DiskSpace disk;
    private final Watermarks marks;
    private final Runnable onShortage;
    private final Runnable onRoom;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("lynse-disk").factory());

    private volatile DiskLevel level = DiskLevel.OK;
    private volatile long free = Long.MAX_VALUE;
    private long looks; // of the looking thread alone

    /**
     * @param onShortage frees what can be freed: run whenever the level gets worse, on an exhausted disk too
     * @param onRoom     goes on with what a full disk has stopped: run when the disk is no longer full, and every 10 seconds while it is not
     */
    public DiskGuard(DiskSpace disk, Watermarks marks, Runnable onShortage, Runnable onRoom) {
        this.disk = disk;
        this.marks = marks;
        this.onShortage = onShortage;
        this.onRoom = onRoom;
    }

    public void start() {
        look();
        clock.scheduleWithFixedDelay(this::look, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    public DiskLevel level() {
        return level;
    }

    /** As last seen, bytes. */
    public long freeBytes() {
        return free;
    }

    public Watermarks watermarks() {
        return marks;
    }

    /** Whether not even what was accepted can be moved to files: who can wait with writing should. */
    public boolean isExhausted() {
        return free < marks.hardFreeBytes() / EXHAUSTED_PART;
    }

    /** Why so many bytes must not be written now; null: they may. What frees space need not ask. */
    public @Nullable LynseError refusal(long bytes) {
        if (level != DiskLevel.FULL && marks.fits(free, COPIES * bytes)) return null;
        return new LynseError.Unavailable(
                "the disk of this node is full: " + free + " bytes are free, " + marks.hardFreeBytes()
                        + " must stay so; reads, deletes, compaction and drops still work", RETRY_AFTER);
    }

    /** Looks now. For one thread at a time. */
    void look() {
        try {
            long now = disk.freeBytes();
            DiskLevel before = level;
            DiskLevel next = marks.next(before, now);
            free = now;
            level = next;
            looks++;
            if (next != DiskLevel.FULL && (before == DiskLevel.FULL || looks % ROOM_LOOKS == 0)) onRoom.run();
            if (next == before) return;
            var event = next == DiskLevel.FULL ? log.atError() : next == DiskLevel.LOW ? log.atWarn() : log.atInfo();
            event.addKeyValue("disk_level", next.text()).addKeyValue("free_bytes", now).addKeyValue("soft_free_bytes", marks.softFreeBytes())
                    .addKeyValue("hard_free_bytes", marks.hardFreeBytes()).log("disk space");
            if (next.compareTo(before) > 0) onShortage.run();
        } catch (RuntimeException unknown) {
            log.atWarn().setCause(unknown).log("the disk's space could not be looked after");
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
