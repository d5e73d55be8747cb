package io.lynse.engine.log;

import java.util.List;

/**
 * What was found on disk, and is durable by now.
 *
 * @param segments in order, files open; modifiable; empty for a new log
 * @param lastLsn  0 for a new log
 * @param noted    newest durable LSN that the files themselves tell
 */
record RecoveredLog(List<Segment> segments, EpochTable epochs, long lastLsn, long noted) {}
