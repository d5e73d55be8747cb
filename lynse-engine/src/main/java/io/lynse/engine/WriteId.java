package io.lynse.engine;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Names one request to one group, in all its retries: 128 random bits, or a hash of what the client called it. */
public record WriteId(long high, long low) {

    static final int BYTES = 16;

    /** The request is never sent again, or whoever sends it again does not mind. */
    public static final WriteId NONE = new WriteId(0, 0);

    /** @throws IllegalArgumentException if the bytes are neither 16 nor none */
    static WriteId of(ByteString bytes) {
        if (bytes.isEmpty()) return NONE;
        if (bytes.size() != BYTES) throw new IllegalArgumentException("a write id has " + BYTES + " bytes, not " + bytes.size());
        ByteBuffer in = bytes.asReadOnlyByteBuffer();
        return new WriteId(in.getLong(), in.getLong());
    }

    ByteString toBytes() {
        return ByteString.copyFrom(ByteBuffer.allocate(BYTES).putLong(high).putLong(low).flip());
    }
}
