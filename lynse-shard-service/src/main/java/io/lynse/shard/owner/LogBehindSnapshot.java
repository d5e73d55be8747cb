package io.lynse.shard.owner;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.SizeInBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that ends between a snapshot of the leader and the log that is to go on behind it leaves a log that ends before the snapshot. All
 * of it is in the snapshot, or was replaced by what is. Ratis 3.3.0 drops the closed segments of such a log when it starts and keeps the open
 * one, to which nothing can be appended any more because of the gap: the owner would follow nobody again, and say nothing of it.
 */
final class LogBehindSnapshot {

    private static final Logger log = LoggerFactory.getLogger(LogBehindSnapshot.class);

    private LogBehindSnapshot() {}

    /**
     * Removes such a log from every group of the folder. For before Raft starts.
     * @throws IOException if the folder cannot be read or written
     */
    static void drop(Path folder, SizeInBytes entryMax) throws IOException {
        for (Path group : files(folder)) {
            long snapshot = newestSound(files(group.resolve("sm")));
            List<LogSegmentPath> segments = segments(group.resolve("current"));
            if (segments.isEmpty() || snapshot < 0 || end(segments, entryMax) >= snapshot) continue;
            log.atWarn().addKeyValue("group", group.getFileName()).addKeyValue("snapshot", snapshot)
                    .log("the log of the cluster's metadata ends before its snapshot here; it is begun anew behind that");
            for (LogSegmentPath segment : segments) Files.delete(segment.getPath());
        }
    }

    /** The last index in a snapshot whose checksum is right; -1: there is none. */
    private static long newestSound(List<Path> files) throws IOException {
        long newest = -1;
        for (Path path : files) {
            File file = path.toFile();
            if (!SimpleStateMachineStorage.SNAPSHOT_REGEX.matcher(file.getName()).matches()) continue;
            var kept = MD5FileUtil.readStoredMd5ForFile(file);
            if (kept == null || !kept.equals(MD5FileUtil.computeMd5ForFile(file))) continue;
            newest = Math.max(newest, SimpleStateMachineStorage.getTermIndexFromSnapshotFile(file).getIndex());
        }
        return newest;
    }

    private static List<LogSegmentPath> segments(Path current) throws IOException {
        var segments = new ArrayList<LogSegmentPath>();
        for (Path path : files(current)) {
            LogSegmentPath segment = LogSegmentPath.matchLogSegment(path);
            if (segment != null) segments.add(segment);
        }
        return segments;
    }

    /** The last index in the log; of a segment that cannot be read the largest there is: what becomes of it is for Raft to say. */
    private static long end(List<LogSegmentPath> segments, SizeInBytes entryMax) {
        long[] end = {-1};
        for (LogSegmentPath segment : segments) {
            try {
                LogSegment.readSegmentFile(segment.getPath().toFile(), segment.getStartEnd(), entryMax, CorruptionPolicy.EXCEPTION, null,
                        entry -> end[0] = Math.max(end[0], entry.getIndex()));
            } catch (IOException | IllegalStateException unreadable) {
                return Long.MAX_VALUE;
            }
        }
        return end[0];
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
