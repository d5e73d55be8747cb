package io.lynse.engine;

import java.nio.ByteBuffer;

/**
 * An entry on its way into the log: its bytes, and what they say. They are read once, by whoever hands the entry in, who may look at
 * it before; the engine applies what was read then.
 *
 * @param type    number of an {@code EntryType}
 * @param version of its message; 1 for all of today
 * @param payload the message; kept, not copied: nobody writes to it again
 * @param decoded a {@link Entry.Malformed} if the bytes are no such message, which the engine refuses
 */
public record ParsedEntry(int type, int version, ByteBuffer payload, Decoded decoded) {

    public static ParsedEntry of(int type, int version, ByteBuffer payload) {
        return new ParsedEntry(type, version, payload, EntryDecoder.decode(type, version, payload));
    }
}
