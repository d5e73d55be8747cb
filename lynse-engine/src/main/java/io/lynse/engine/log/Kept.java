package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.util.List;

/**
 * Which part of the log is kept, and for whom.
 *
 * @param bytes  of all segments there are
 * @param from   the first entry that is kept; whole segments go, so some before it may still be there
 * @param holds  the claims that count, the one that needs the oldest entry first; never empty
 * @param lapsed the claims that count no more
 */
public record Kept(long bytes, Lsn from, List<Hold> holds, List<Hold> lapsed) {

    /** @param bytes of log from the first entry of the claim on, whole segments counted */
    public record Hold(Claim claim, long bytes) {}

    public Kept {
        holds = List.copyOf(holds);
        lapsed = List.copyOf(lapsed);
    }

    /** Most bytes that a claim of this kind holds; 0: there is none that counts. */
    public long bytesFor(Class<? extends Claim> kind) {
        return holds.stream().filter(hold -> kind.isInstance(hold.claim())).mapToLong(Hold::bytes).max().orElse(0);
    }
}
