package io.lynse.metadata;

import io.lynse.model.CollectionName;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * The bucket of a row (wire contract 9.1): BLAKE2b with an 8-byte digest over {@code DB/COLL/int:N} or {@code DB/COLL/str:TEXT},
 * read as an unsigned little-endian number, modulo the bucket count. Every integer id routes by the same key, generated or not.
 *
 * <p>One instance serves one collection on one thread: it keeps its digest and its buffer, so a row costs no garbage.
 */
public final class BucketHash {

    private static final int DIGEST_BYTES = 8;
    private static final int DECIMAL_DIGITS_MAX = 19;
    private static final VarHandle LITTLE_ENDIAN_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Blake2bDigest digest = new Blake2bDigest(DIGEST_BYTES * Byte.SIZE);
    private final byte[] out = new byte[DIGEST_BYTES];
    private final byte[] digits = new byte[DECIMAL_DIGITS_MAX];
    private final byte[] intPrefix;
    private final byte[] textPrefix;
    private final int bucketCount;

    public BucketHash(CollectionName name, int bucketCount) {
        this.intPrefix = (name + "/int:").getBytes(StandardCharsets.UTF_8);
        this.textPrefix = (name + "/str:").getBytes(StandardCharsets.UTF_8);
        this.bucketCount = bucketCount;
    }

    /** @return 0 to bucketCount - 1 */
    public int bucketOf(RowId id) {
        return switch (id) {
            case RowId.IntId(long value) -> bucketOf(value);
            case RowId.TextId(String text) -> {
                digest.update(textPrefix, 0, textPrefix.length);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update(bytes, 0, bytes.length);
                yield bucket();
            }
        };
    }

    /** @param id at least 0 */
    public int bucketOf(long id) {
        digest.update(intPrefix, 0, intPrefix.length);
        int at = digits.length;
        long rest = id;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        digest.update(digits, at, digits.length - at);
        return bucket();
    }

    /** The bucket of every row, in row order. */
    public int[] bucketsOf(Ids ids) {
        var buckets = new int[ids.size()];
        if (ids.allInts()) Arrays.setAll(buckets, row -> bucketOf(ids.intAt(row)));
        else Arrays.setAll(buckets, row -> bucketOf(ids.get(row)));
        return buckets;
    }

    private int bucket() {
        digest.doFinal(out, 0); // leaves the digest as new
        return (int) Long.remainderUnsigned((long) LITTLE_ENDIAN_LONG.get(out, 0), bucketCount);
    }

    /** The hash itself, of any text. */
    static long hash(String text) {
        var digest = new Blake2bDigest(DIGEST_BYTES * Byte.SIZE);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(bytes, 0, bytes.length);
        var out = new byte[DIGEST_BYTES];
        digest.doFinal(out, 0);
        return (long) LITTLE_ENDIAN_LONG.get(out, 0);
    }
}
