package io.lynse.engine;

/**
 * An entry with what identifies the request that it came from.
 *
 * @param digest of a request with a client's idempotency key; 0: it had none
 */
public record Decoded(Entry entry, WriteId writeId, long digest) {

    static Decoded anonymous(Entry entry) {
        return new Decoded(entry, WriteId.NONE, 0);
    }
}
