package io.lynse.coordinator.write;

import io.lynse.model.Ids;

/**
 * The integer ids of one collection that this coordinator may give away. They come out of blocks that the metadata gives away for
 * good: the first block is exactly as long as asked, later ones double up to a bound, so that a small collection has ids without
 * gaps and a bulk load few proposals. A block whose grant got lost is lost: the next one begins behind it. Asks, and is told; no
 * thread, no clock. Not safe for use by several threads.
 */
public final class IdBlock {

    /** What becomes of a wish for ids. */
    public sealed interface Next {
        record Taken(Ids.Range ids) implements Next {}

        /** The lowest id that no stored row of the collection reaches is to be found out; {@link #floor} follows. */
        record AskFloor() implements Next {}

        /** The metadata is to give so many ids, none below {@code atLeast}; {@link #granted} follows, or nothing. */
        record Ask(long count, long atLeast) implements Next {}
    }

    private static final long BLOCK_MAX = 8192;

    private long next;
    private long end;
    private long lastBlock;
    private long atLeast = -1;

    /** @param count at least 1 */
    public Next take(int count) {
        if (atLeast < 0) return new Next.AskFloor();
        long missing = count - (end - next);
        if (missing > 0) return new Next.Ask(Math.max(missing, Math.min(2 * lastBlock, BLOCK_MAX)), atLeast);
        var taken = new Ids.Range(next, count);
        next += count;
        return new Next.Taken(taken);
    }

    public void floor(long lowestFree) {
        atLeast = lowestFree;
    }

    public void granted(long first, long count) {
        if (first != end) next = first; // another coordinator came between: the rest of the old block is lost
        end = first + count;
        lastBlock = count;
    }
}
