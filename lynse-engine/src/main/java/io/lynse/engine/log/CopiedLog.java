package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log in a copy that was taken segment by segment, block by block, while it was written and trimmed. Every block was read after the
 * copying began, so every frame that was on file then is there; of later ones any may be missing, and of segments that were trimmed
 * meanwhile anything may be left.
 */
final class CopiedLog {

    private CopiedLog() {}

    /** See {@link WriteAheadLog#mendCopy}. */
    static Lsn mend(LogDisk disk, SegmentFiles files, Lsn from, Lsn upTo) throws IOException {
        CutIntent.forget(disk); // whatever was being cut stands behind what is committed, or is gone
        for (long sequence : left(disk, files.recover(), from)) {
            disk.delete(SegmentFiles.name(sequence));
        }
        disk.forceDirectory();
        RecoveredLog found = LogRecovery.ofCopy(disk, files, upTo);
        for (Segment segment : found.segments()) {
            LogDisk.File file = segment.file;
            if (file != null) file.close();
        }
        if (found.lastLsn() < upTo.value()) {
            throw new LogDamagedException(disk.path(SegmentFiles.name(1)), 0, upTo, "an entry of the checkpoint is missing");
        }
        return new Lsn(found.lastLsn());
    }

    /** See {@link WriteAheadLog#completeCopy}. */
    static void complete(LogDisk disk, SegmentFiles files) throws IOException {
        for (long sequence : files.recover()) {
            try (LogDisk.File file = disk.open(SegmentFiles.name(sequence))) {
                SegmentHeader header = SegmentHeader.read(file);
                if (header == null || header.sequence() != sequence || file.size() > header.capacity()) {
                    throw new LogDamagedException(disk.path(SegmentFiles.name(sequence)), 0, Lsn.NONE, "it is not the beginning of this segment");
                }
                SegmentFiles.zero(file, (int) file.size(), header.capacity());
                file.force();
            }
        }
    }

    /** The segments, last first, that are not in the run of whole ones from where {@code from} begins, or will begin. */
    private static List<Long> left(LogDisk disk, List<Long> sequences, Lsn from) throws IOException {
        var run = new ArrayList<Long>();
        for (long sequence : sequences) {
            SegmentHeader header = header(disk, sequence);
            if (header == null) continue;
            if (header.beginsAtOrBefore(from.value())) run.clear();
            else if (run.isEmpty() || run.getLast() + 1 != sequence) continue; // it came while the log was copied, as one before it did
            run.add(sequence);
        }
        var left = new ArrayList<>(sequences);
        left.removeAll(run);
        return left.reversed();
    }

    private static @Nullable SegmentHeader header(LogDisk disk, long sequence) throws IOException {
        try (LogDisk.File file = disk.open(SegmentFiles.name(sequence))) {
            SegmentHeader header = SegmentHeader.read(file);
            return header != null && header.sequence() == sequence && header.capacity() == file.size() ? header : null;
        }
    }
}
