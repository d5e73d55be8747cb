package io.lynse.shard.entry;

import com.google.protobuf.MessageLite;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.v1.EntryType;
import java.nio.ByteBuffer;

/** An entry on its way to the log: (type, version, bytes). */
public record Entry(int type, int version, ByteBuffer payload) {

    /** The version of every entry this build writes and understands. */
    public static final int VERSION = 1;

    /** @param memory where the entry lies */
    public static Entry of(EntryType type, BulkMessage message, RequestMemory memory) {
        ByteBuffer payload = memory.allocate(message.size());
        message.writeTo(payload);
        return new Entry(type.getNumber(), VERSION, payload.flip());
    }

    /** An entry on the heap, of any size. */
    public static Entry of(EntryType type, MessageLite message) {
        return of(type, new BulkMessage(message), RequestMemory.unbounded());
    }
}
