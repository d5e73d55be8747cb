package io.lynse.shard.replication;

import io.lynse.model.Lsn;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last checksums of this member's own state, and since when it is known that its files are what was written. Owned by one {@link MemberCore}. */
final class OwnSums {

    private static final int REMEMBERED = 4;

    private final TreeMap<Lsn, Checksum> byLsn = new TreeMap<>();
    private Lsn soundAt = Lsn.NONE;
    private Lsn verifying = Lsn.NONE;

    void summed(Lsn lsn, Checksum sum) {
        byLsn.put(lsn, sum);
        if (byLsn.size() > REMEMBERED) byLsn.pollFirstEntry();
    }

    /** @return null: not known any more, or not yet */
    @Nullable Checksum at(Lsn lsn) {
        return byLsn.get(lsn);
    }

    /** Another member's checksum at that LSN is another one: has this copy what was written? Asked once for each. */
    void verify(Lsn lsn, Effects out) {
        if (verifying.compareTo(lsn) >= 0) return;
        verifying = lsn;
        out.add(new Effect.Verify(lsn));
    }

    void verified(Lsn lsn) {
        soundAt = EpochHistory.later(soundAt, lsn);
    }

    /** Whether everything was read again since the state at that LSN, and is what was written. */
    boolean isSound(Lsn lsn) {
        return soundAt.compareTo(lsn) >= 0;
    }

    /** Another copy is here now. */
    void clear() {
        byLsn.clear();
        soundAt = Lsn.NONE;
        verifying = Lsn.NONE;
    }
}
