package io.lynse.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What a write asks for, as 64 bits of a SHA-256: two requests under one key are the same if these are. Never 0. */
public final class RequestDigest {

    private final MessageDigest hash = sha256();
    private final byte[] eight = new byte[Long.BYTES];

    private RequestDigest() {}

    /** @param batch a whole request, as the client sent it */
    public static long of(RowBatch batch) {
        Vectors vectors = batch.vectors();
        var digest = new RequestDigest().text(batch.kind().name()).text(vectors.encoding().text());
        digest.number(vectors.count()).number(vectors.dimension()).bytes(vectors.data().duplicate());
        return digest.ids(batch.ids()).bytes(batch.fields().bytes()).result();
    }

    /** Of a request that sets or lifts tombstones. */
    public static long of(Ids ids, boolean deleted) {
        return new RequestDigest().text(deleted ? "DELETE" : "RESTORE").ids(ids).result();
    }

    /** Of some rows of a request. @param rows their places in it */
    public static long ofPart(long request, int[] rows) {
        var digest = new RequestDigest().number(request);
        for (int row : rows) digest.number(row);
        return digest.result();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Every id, whatever form the list has: a range is the same as the list of its numbers. */
    private RequestDigest ids(@Nullable Ids ids) {
        if (ids == null) return number(-1);
        number(ids.size());
        for (int row = 0; row < ids.size(); row++) {
            if (ids.allInts()) {
                number(ids.intAt(row));
                continue;
            }
            switch (ids.get(row)) {
                case RowId.IntId(long value) -> number(value);
                case RowId.TextId(String value) -> number(-1).text(value);
            }
        }
        return this;
    }

    private RequestDigest text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        hash.update(utf8);
        return this;
    }

    private RequestDigest bytes(ByteBuffer bytes) {
        number(bytes.remaining());
        hash.update(bytes);
        return this;
    }

    private RequestDigest number(long number) {
        ByteBuffer.wrap(eight).putLong(number);
        hash.update(eight);
        return this;
    }

    private long result() {
        long digest = ByteBuffer.wrap(hash.digest()).getLong();
        return digest == 0 ? 1 : digest; // 0 stands for no key
    }
}
