package io.lynse.shard.entry;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** An entry on its way to the log: (type, version, bytes). */
public record Entry(int type, int version, ByteBuffer payload) {

    /** The version of every entry this build writes and understands. */
    public static final int VERSION = 1;

    /** Above this an entry is kept outside the heap, so that a bulk load is no matter for the garbage collector. */
    private static final int HEAP_BYTES_MAX = 1 << 20;

    public static Entry of(EntryType type, MessageLite message) {
        ByteBuffer payload = room(message.getSerializedSize());
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(payload);
            message.writeTo(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // nothing here does I/O
        }
        return new Entry(type.getNumber(), VERSION, payload.flip());
    }

    /** An empty buffer for an entry of that many bytes. */
    public static ByteBuffer room(int bytes) {
        return bytes <= HEAP_BYTES_MAX ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
    }
}
