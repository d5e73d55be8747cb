package io.lynse.shard.ship;

import io.lynse.shard.replication.Payload;
import java.nio.ByteBuffer;

/**
 * What a frame carries of an entry, as the log takes it.
 *
 * @param type       of the entry, see the log's frames
 * @param entryBytes of the whole entry
 * @param bytes      position to limit: nobody writes to it, whoever reads it duplicates it
 */
record EntryPart(int type, int version, long entryBytes, ByteBuffer bytes) implements Payload {}
