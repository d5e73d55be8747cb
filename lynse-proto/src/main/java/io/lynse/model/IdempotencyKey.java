package io.lynse.model;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A client's own name for one write, the same in each of its repeats: the header {@code Idempotency-Key}. A collection's keys are its
 * own: another collection, or a later one of the same name, does not know them.
 *
 * @param text 1 to {@value #LENGTH_MAX} printable ASCII characters, taken as they are
 */
public record IdempotencyKey(String text) {

    public static final String HEADER = "Idempotency-Key";
    public static final int LENGTH_MAX = 255;

    /** @throws LynseException InvalidArgument naming the header */
    public IdempotencyKey {
        if (text.isEmpty() || text.length() > LENGTH_MAX) {
            throw refused("a key has 1 to " + LENGTH_MAX + " characters, not " + text.length());
        }
        if (!text.chars().allMatch(c -> c >= ' ' && c <= '~')) throw refused("a key has printable ASCII characters only");
    }

    /**
     * The write id of the request with this key, or of a part of it.
     *
     * @param part tells the request's entries apart; empty: there is one
     */
    public byte[] writeId(CollectionId collection, String part) {
        MessageDigest hash = RequestDigest.sha256();
        hash.update(ByteBuffer.allocate(Long.BYTES).putLong(0, collection.value()));
        hash.update(text.getBytes(StandardCharsets.US_ASCII));
        hash.update((byte) 0); // ends the key, which has no such byte
        hash.update(part.getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(hash.digest(), RequestId.WRITE_ID_BYTES);
    }

    private static LynseException refused(String reason) {
        return new LynseException(LynseError.invalid(HEADER, HEADER + ": " + reason));
    }
}
