package io.lynse.model;

/**
 * By what a group knows a write that comes again.
 *
 * @param writeId 16 bytes, the same in every repeat
 * @param digest  of the request to which a client gave a key, see {@link RequestDigest}; 0: it gave none
 */
public record RequestId(byte[] writeId, long digest) {

    public static final int WRITE_ID_BYTES = 16;

    public RequestId {
        if (writeId.length != WRITE_ID_BYTES) throw new IllegalArgumentException("a write id has 16 bytes, not " + writeId.length);
    }
}
