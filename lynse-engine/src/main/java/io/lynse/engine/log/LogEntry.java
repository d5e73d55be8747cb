package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;

/**
 * One entry as it stands in the log.
 *
 * @param type    what the bytes are; 0 is the log's own and never seen outside
 * @param version of the bytes' format
 * @param payload position to limit; owned by the receiver. Above 1 MiB it lies outside the heap
 */
public record LogEntry(Lsn lsn, Epoch epoch, int type, int version, ByteBuffer payload) {}
