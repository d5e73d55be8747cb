package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import org.jspecify.annotations.Nullable;

/** What a primary knows of one other member, in this epoch. Owned by {@link Primary}. */
final class OutStream {

    enum Phase {
        /** Hello was said; the member's report is awaited. */
        GREETED,
        /** Reconciled: the member's durable LSN counts (rule 7). */
        RUNNING,
        /** The member takes files; it reports again when it has them. */
        TAKING_FILES,
        /** The member's copy is damaged: nothing that it said on this stream counts, and the next one is begun. */
        GONE
    }

    private final MemberImage member;
    private long number;
    private Phase phase = Phase.GREETED;
    private boolean accepted; // the one cut of this stream was sent
    private Lsn keep = Lsn.NONE;
    private Lsn durable = Lsn.NONE;
    private Lsn next = Lsn.NONE;
    private int frames;
    private long heardAt; // any answer on this stream
    private long movedAt; // progress, or the moment from which progress was due
    private @Nullable Lsn shippedFrom; // on this stream, the last time
    private long shippedAt;

    OutStream(MemberImage member, long number, long now) {
        this.member = member;
        greet(number, now);
        movedAt = now;
    }

    /** A new stream, which voids the one before. What the member acknowledged stays true: it is on its disk, reconciled. */
    void greet(long number, long now) {
        this.number = number;
        phase = Phase.GREETED;
        accepted = false;
        frames = 0;
        next = Lsn.NONE;
        shippedFrom = null;
        heardAt = now;
    }

    MemberImage member() {
        return member;
    }

    long number() {
        return number;
    }

    Phase phase() {
        return phase;
    }

    boolean running() {
        return phase == Phase.RUNNING;
    }

    Lsn durable() {
        return durable;
    }

    Lsn keep() {
        return keep;
    }

    /** The entry that the member says it waits for. */
    Lsn next() {
        return next;
    }

    boolean accepted() {
        return accepted;
    }

    long heardAt() {
        return heardAt;
    }

    long movedAt() {
        return movedAt;
    }

    /** After files, too: what is acknowledged from now on is of the copy that the member has reported. */
    void accept(Lsn keep, long now) {
        phase = Phase.GREETED;
        accepted = true;
        this.keep = keep;
        // Never more than the member itself says it has.
        durable = EpochHistory.earlier(durable, keep);
        heardAt = now;
    }

    void takesFiles(long now) {
        phase = Phase.TAKING_FILES;
        durable = Lsn.NONE;
        heardAt = now;
    }

    /** Nobody listens there: whoever took files does so no more, and is greeted anew like one who has not answered. */
    void refused(long now) {
        if (phase != Phase.TAKING_FILES) return;
        phase = Phase.GREETED;
        heardAt = now;
    }

    void gone(long now) {
        phase = Phase.GONE;
        durable = Lsn.NONE;
        heardAt = now;
    }

    void runs() {
        phase = Phase.RUNNING;
    }

    /** Nothing was outstanding until now: from here on progress is due. */
    void due(long now) {
        movedAt = now;
    }

    /** @return whether the log from there on is to be sent; false: that was done less than {@code retryNanos} ago */
    boolean ships(Lsn from, long now, long retryNanos) {
        if (from.equals(shippedFrom) && now - shippedAt < retryNanos) return false;
        shippedFrom = from;
        shippedAt = now;
        return true;
    }

    void heard(long now) {
        heardAt = now;
    }

    /** @return whether the member has more on disk than before */
    boolean acknowledged(Lsn upTo, Lsn following, int received, long now) {
        heardAt = now;
        boolean more = upTo.compareTo(durable) > 0;
        if (more || following.compareTo(next) > 0 || following.equals(next) && received > frames) movedAt = now;
        if (more) durable = upTo;
        if (following.compareTo(next) >= 0) {
            frames = following.equals(next) ? Math.max(frames, received) : received;
            next = following;
        }
        return more;
    }
}
