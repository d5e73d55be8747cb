package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;

/**
 * A part of an entry, at most 1 MiB: what is streamed to a follower.
 *
 * @param entryBytes payload bytes of the whole entry
 * @param index      of the part, from 0
 * @param last       whether the entry is complete with it
 * @param payload    position to limit; owned by the receiver
 */
public record LogFrame(Lsn lsn, Epoch epoch, int type, int version, long entryBytes, int index, boolean last, ByteBuffer payload) {}
