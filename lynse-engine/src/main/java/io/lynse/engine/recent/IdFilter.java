package io.lynse.engine.recent;

import io.lynse.engine.row.RowDocument;
import io.lynse.engine.row.RowKey;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * Tells of most ids that Lucene does not have that it does not, for one look into memory instead of one into every segment's terms. It
 * never says so of one that is there.
 *
 * <p>A blocked Bloom filter (Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007): an id has eight bits, two
 * in each word of one block of 32 bytes. With 12 bits or more per id about one in a hundred unknown ids passes. It lies outside the
 * heap, grows by being made anew from the segments, and stays at {@link #BYTES_MAX} however many ids there are: then more of them pass.
 * Ids that are gone for good stay in it until then.
 *
 * <p>One thread adds. Others may ask beside it: of what is being added they may hear either answer.
 */
public final class IdFilter {

    static final long BYTES_MAX = 64 << 20;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final int BLOCK_BYTES = 4 * Long.BYTES;
    private static final int BITS_PER_ID = 12;
    private static final int SMALLEST_IDS = 1_024;

    private final MemorySegment bits;
    private final long blocks;
    private final long bytesMax;
    private long ids;

    IdFilter(long expectedIds, long bytesMax) {
        this.bytesMax = bytesMax;
        blocks = Math.max(1, Math.min(expectedIds * BITS_PER_ID / Byte.SIZE, bytesMax) / BLOCK_BYTES);
        bits = ChunkPool.allocate(blocks * BLOCK_BYTES);
    }

    /** Of a collection without rows. */
    public static IdFilter empty() {
        return new IdFilter(SMALLEST_IDS, BYTES_MAX);
    }

    /** Of all ids in the segments, with room for as many again. Reads all their terms. */
    public static IdFilter of(SegmentSet segments) throws IOException {
        long rows = segments.segments().stream().mapToLong(LuceneSegment::size).sum();
        var filter = new IdFilter(Math.max(SMALLEST_IDS, 2 * rows), BYTES_MAX);
        for (LuceneSegment segment : segments.segments()) {
            Terms terms = segment.reader().terms(RowDocument.ID);
            if (terms == null) continue;
            TermsEnum each = terms.iterator();
            for (BytesRef key = each.next(); key != null; key = each.next()) filter.add(key);
        }
        return filter;
    }

    /**
     * The filter of the segments that a fold or a merge brings: this one, or a larger one.
     * @param folded the rows that came to them; null: none
     */
    public IdFilter grown(SegmentSet next, @Nullable RecentSnapshot folded) throws IOException {
        for (int slot = 0; folded != null && slot < folded.slots(); slot++) {
            if (!folded.isBelow(slot)) add(folded.key(slot));
        }
        boolean full = ids * BITS_PER_ID > blocks * BLOCK_BYTES * Byte.SIZE;
        return full && bits.byteSize() + BLOCK_BYTES <= bytesMax ? of(next) : this;
    }

    void add(BytesRef key) {
        long hash = hash(key);
        long at = block(hash);
        long bitsOfWords = mix(hash);
        for (int word = 0; word < BLOCK_BYTES; word += Long.BYTES, bitsOfWords >>>= 12) {
            bits.set(WORD, at + word, bits.get(WORD, at + word) | mask(bitsOfWords));
        }
        ids++;
    }

    /** False: Lucene has no such row. @param key of the row's id */
    public boolean mayHold(BytesRef key) {
        long hash = hash(key);
        long at = block(hash);
        long bitsOfWords = mix(hash);
        for (int word = 0; word < BLOCK_BYTES; word += Long.BYTES, bitsOfWords >>>= 12) {
            long mask = mask(bitsOfWords);
            if ((bits.get(WORD, at + word) & mask) != mask) return false;
        }
        return true;
    }

    long bytes() {
        return bits.byteSize();
    }

    private long block(long hash) {
        return ((hash >>> 32) * blocks >>> 32) * BLOCK_BYTES;
    }

    private static long mask(long twelveBits) {
        return 1L << twelveBits | 1L << (twelveBits >>> 6); // a shift counts modulo 64
    }

    private static long hash(BytesRef key) {
        return RowKey.isInt(key) ? mix(RowKey.intId(key)) : StringHelper.murmurhash3_x64_128(key.bytes, key.offset, key.length, 0)[0];
    }

    /** The last step of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ mixed >>> 33;
    }
}
