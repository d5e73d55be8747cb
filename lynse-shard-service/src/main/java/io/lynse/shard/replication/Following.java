package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Compare;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationMessage.Gap;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member on one stream of a primary of its epoch. It acknowledges, and applies, only what is reconciled with that primary and
 * on its own disk (rules 7 and 8). Owned by one {@link MemberCore}.
 */
final class Following {

    private enum Phase {
        REPORTED,
        RUNNING,
        /** This copy is damaged or given up: it takes nothing but files. */
        GONE,
        TAKING_FILES
    }

    private static final long NO_ROUND = 0; // confirms no read: those begin with 1

    private final ReplicationSettings settings;
    private final MemberImage primary;
    private final Fence fence;
    private final long stream;
    private final MemberLog log;
    private final OwnSums sums;
    private final FollowerReads reads;

    private Phase phase = Phase.REPORTED;
    private Lsn announced = Lsn.NONE; // committed, as the primary says
    private boolean heldBack;
    private int frames; // of the next entry, here already
    private @Nullable Lsn missing; // the entry that was asked for, and how many of its frames were here
    private int missingFrames;
    private long askedAt;
    private boolean refused; // by the primary's machine, since the primary was last heard
    private @Nullable Compare compared; // the last that was asked
    private long toldAt; // that files are still being taken

    /**
     * Answers a {@link Hello} whose epoch is on disk as seen.
     * @param whole whether this copy is worth a report
     */
    Following(ReplicationSettings settings, MemberImage primary, Hello hello, MemberLog log, OwnSums sums, FollowerReads reads, boolean whole, Effects out) {
        this.settings = settings;
        this.primary = primary;
        this.fence = hello.fence();
        this.stream = hello.stream();
        this.log = log;
        this.sums = sums;
        this.reads = reads;
        if (whole) report(out);
        else gone(out);
    }

    MemberImage primary() {
        return primary;
    }

    Epoch epoch() {
        return fence.epoch();
    }

    long stream() {
        return stream;
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    boolean takesFiles() {
        return phase == Phase.TAKING_FILES;
    }

    Lsn announced() {
        return announced;
    }

    void received(ReplicationMessage message, long now, Effects out) {
        refused = false;
        switch (message) {
            case Accept(_, long number, Lsn keep) when number == stream && phase == Phase.REPORTED -> accepted(keep, out);
            case ReplicationMessage.TakeFiles(_, long number) when number == stream && (phase == Phase.REPORTED || phase == Phase.GONE) -> {
                phase = Phase.TAKING_FILES;
                toldAt = now;
                out.add(new Effect.FetchFiles(primary, fence.epoch(), stream));
            }
            case Frame frame when frame.stream() == stream && phase == Phase.RUNNING -> frame(frame, now, out);
            case Commit(_, long number, Lsn committed) when number == stream && phase == Phase.RUNNING -> {
                announce(committed, out);
                acknowledge(out);
            }
            // Files may take longer than a primary waits for who says nothing, and another stream would begin them anew.
            case Commit(_, long number, _) when number == stream && phase == Phase.TAKING_FILES && now - toldAt >= settings.filesTimeout().toNanos() / 4 -> {
                toldAt = now;
                out.send(primary, new ReplicationMessage.Confirmed(fence, stream, NO_ROUND));
            }
            case ReplicationMessage.MayRead(_, long number, long round, Lsn committed) when number == stream && phase == Phase.RUNNING -> {
                announce(committed, out);
                reads.granted(round, committed, log.applied(), out);
            }
            case Compare compare when compare.stream() == stream && phase == Phase.RUNNING -> {
                compared = compare;
                compare(out);
            }
            case ReplicationMessage.StillPrimary(_, long number, long round) when number == stream ->
                out.send(primary, new ReplicationMessage.Confirmed(fence, stream, round));
            default -> {} // of a stream that is over, or has not begun
        }
    }

    /** Says again what was said last, to a primary that has gone quiet: a connection may be refused, and then it is known to be gone. */
    void knock(Effects out) {
        if (phase == Phase.RUNNING) acknowledge(out);
    }

    void connectionRefused(MemberImage to) {
        refused |= to.equals(primary);
    }

    boolean refused() {
        return refused;
    }

    void forced(Effects out) {
        if (phase != Phase.RUNNING) return;
        apply(out);
        acknowledge(out);
    }

    void applied(Effects out) {
        reads.applied(log.applied(), out);
        if (phase == Phase.RUNNING && heldBack) acknowledge(out);
    }

    /**
     * Installs what was fetched, if it still is what this stream waits for, and reports anew: the stream begins where the two meet.
     * @return whether another copy is here now
     */
    boolean filesFetched(Event.FilesFetched files, Effects out) {
        if (phase != Phase.TAKING_FILES || files.stream() != stream || !files.epoch().equals(fence.epoch())) return false;
        out.add(new Effect.InstallFiles(fence.epoch(), stream));
        log.replacedBy(files.found());
        sums.clear();
        phase = Phase.REPORTED;
        announced = Lsn.NONE;
        frames = 0;
        report(out);
        return true;
    }

    /** This copy is damaged or given up. The primary learns it before anything else is said on this stream. */
    void gone(Effects out) {
        if (phase == Phase.TAKING_FILES) return; // it is being replaced
        phase = Phase.GONE;
        out.send(primary, new ReplicationMessage.Damaged(fence, stream));
    }

    /** Whether that was said on this stream, and of a state that is still here. */
    boolean concerns(ReplicationMessage.Outvoted outvoted) {
        return outvoted.epoch().equals(fence.epoch()) && outvoted.stream() == stream && phase == Phase.RUNNING && sums.at(outvoted.lsn()) != null;
    }

    /** More is known of this member's own state at that LSN: perhaps it is what the primary waits for. */
    void knows(Lsn lsn, Effects out) {
        if (compared != null && compared.lsn().equals(lsn) && phase == Phase.RUNNING) compare(out);
    }

    private void compare(Effects out) {
        Compare theirs = Objects.requireNonNull(compared);
        Lsn lsn = theirs.lsn();
        Checksum own = sums.at(lsn);
        if (own == null) return; // not applied yet, or an entry of long ago
        if (!own.equals(theirs.sum()) && !sums.isSound(lsn)) sums.verify(lsn, out);
        out.send(primary, new ReplicationMessage.Compared(fence, stream, lsn, own, sums.isSound(lsn)));
    }

    void askToRead(long round, Effects out) {
        if (phase == Phase.RUNNING) out.send(primary, new ReplicationMessage.AskToRead(fence, stream, round));
    }

    private void report(Effects out) {
        out.send(primary, new Report(fence, stream, log.history(), log.ordered()));
    }

    /** The one cut of this stream (rule 5), on disk before the first acknowledgement. */
    private void accepted(Lsn keep, Effects out) {
        if (keep.compareTo(log.ordered()) < 0 || keep.compareTo(log.last()) > 0) return; // not what this log was told of
        out.add(new Effect.Truncate(keep.next()));
        log.cutTo(keep);
        frames = 0;
        phase = Phase.RUNNING;
        if (log.durable().compareTo(log.last()) < 0) out.add(new Effect.Force(log.last()));
        acknowledge(out);
    }

    private void frame(Frame frame, long now, Effects out) {
        Lsn next = log.last().next();
        if (frame.lsn().compareTo(next) > 0 || frame.lsn().equals(next) && frame.index() > frames) {
            gap(next, now, out);
            return;
        }
        if (frame.lsn().compareTo(next) < 0 || frame.index() < frames) return; // here already
        out.add(new Effect.AppendFrame(frame));
        if (!frame.last()) {
            frames++;
            acknowledge(out); // progress inside the entry
        } else {
            frames = 0;
            log.append(frame.entryEpoch(), frame.lsn(), frame.writeId());
            out.add(new Effect.Force(frame.lsn()));
        }
        announce(frame.committed(), out);
    }

    /** Asks once for what is missing, until it comes or the time for a retry is over: every frame behind the gap shows it again. */
    private void gap(Lsn next, long now, Effects out) {
        if (next.equals(missing) && frames == missingFrames && now - askedAt < settings.retry().toNanos()) return;
        missing = next;
        missingFrames = frames;
        askedAt = now;
        out.send(primary, new Gap(fence, stream, next));
    }

    private void announce(Lsn committed, Effects out) {
        announced = EpochHistory.later(announced, committed);
        apply(out);
    }

    private void apply(Effects out) {
        Lsn may = EpochHistory.earlier(announced, log.durable());
        if (log.order(may)) out.add(new Effect.Apply(may));
    }

    private void acknowledge(Effects out) {
        // Who applies too slowly acknowledges too slowly: a promotion would have to wait for the rest.
        Lsn most = new Lsn(log.applied().value() + settings.applyLagMax());
        heldBack = announced.compareTo(most) > 0 && log.durable().compareTo(most) > 0;
        out.send(primary, new Ack(fence, stream, heldBack ? most : log.durable(), log.last().next(), frames));
    }
}
