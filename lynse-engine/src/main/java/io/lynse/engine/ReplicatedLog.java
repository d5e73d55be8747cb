package io.lynse.engine;

import io.lynse.engine.log.DurabilityListener;
import io.lynse.engine.log.EntryAppender;
import io.lynse.engine.log.EpochEnd;
import io.lynse.engine.log.LogPin;
import io.lynse.engine.log.LogReader;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An engine's log as the replication protocol uses it: entries are appended here (by {@link Engine#submit}) or taken over from
 * another member, become durable, become committed when the protocol says so, and are then applied. Only what is not committed
 * can be removed. Safe for use by several threads; calls that wait for the disk are marked.
 *
 * <p>This is the log itself, on disk. The {@code MemberLog} of the shard service's package {@code replication} is what the pure protocol
 * remembers of it; the shell around the protocol carries its effects out here.
 *
 * <p>Whether an entry may be taken over or committed is the protocol's to decide (fencing, reconciliation, who has it); here
 * it is upheld that LSNs have no gaps, that epochs never fall, that what is committed stays, and that nothing else is applied.
 */
public final class ReplicatedLog {

    private final WriteAheadLog wal;
    private final Pipeline pipeline;
    private final ApplyThread applying;
    private final Commitment commitment;
    private final Applier applier;

    ReplicatedLog(WriteAheadLog wal, Pipeline pipeline, ApplyThread applying, Commitment commitment, Applier applier) {
        this.wal = wal;
        this.pipeline = pipeline;
        this.applying = applying;
        this.commitment = commitment;
        this.applier = applier;
    }

    public CommitRule rule() {
        return applying.rule();
    }

    /**
     * Changes who says what is committed, durably; the engine opens with this rule from then on. Everything that was appended before
     * is durable then, and committed. Waits for the disk.
     */
    public void commitBy(CommitRule rule) {
        pipeline.exclusively(() -> {
            wal.sync(wal.lastLsn()).join();
            applying.between(() -> applying.change(() -> commitment.become(rule)));
        });
    }

    /** The first entry still here; when there is none, the LSN that the next entry will get. */
    public Lsn firstLsn() {
        return wal.firstLsn();
    }

    /** The last entry, durable or not. */
    public Lsn lastLsn() {
        return wal.lastLsn();
    }

    public Lsn durableLsn() {
        return wal.durableLsn();
    }

    /** The last entry that may be applied: it is committed and durable here. */
    public Lsn committedLsn() {
        return applying.look(commitment::committed);
    }

    public Lsn appliedLsn() {
        return applier.state().lsn();
    }

    /** The epochs of this log with the LSN at which each ends, ascending: what two members compare before one truncates. */
    public List<EpochEnd> epochs() {
        return wal.epochs();
    }

    /** Entries, or frames of them, for a follower; errors as {@link WriteAheadLog#read}. */
    public LogReader read(Lsn from) {
        return wal.read(from);
    }

    /**
     * Takes over an entry that another member appended, frame by frame; how far it is, the appender tells. It is forced when
     * {@link #requestSync} is called. Waits for room in memory.
     *
     * @param lsn the one behind {@link #lastLsn}
     * @throws IllegalArgumentException if the LSN is another, or the epoch is behind the log's
     */
    public EntryAppender begin(Lsn lsn, Epoch epoch, int type, int version, long payloadBytes) {
        EntryAppender entry = wal.begin(epoch, type, version, payloadBytes);
        if (entry.lsn().equals(lsn)) return entry;
        entry.close();
        throw new IllegalArgumentException("entry " + lsn + " does not follow the log, whose next is " + entry.lsn());
    }

    /** Takes over a whole entry and has it made durable. @throws IllegalArgumentException as {@link #begin} */
    public void append(Lsn lsn, Epoch epoch, int type, int version, ByteBuffer payload) {
        try (EntryAppender entry = begin(lsn, epoch, type, version, payload.remaining())) {
            entry.add(payload);
        }
        wal.requestSync();
    }

    /**
     * Makes room for an entry of this node's own, waiting a while. The caller closes what it gets if it does not come to {@link #append}.
     *
     * @throws LynseException Overloaded, Unavailable, InvalidArgument: as {@link Engine#submit}
     */
    public Admitted admit(ParsedEntry entry) {
        Admitted admitted = pipeline.admit(entry);
        LynseError refusal = pipeline.refusal(entry);
        if (refusal == null) return admitted;
        admitted.close();
        throw new LynseException(refusal);
    }

    /**
     * Appends an entry of this node's own. It is forced when {@link #requestSync} is called. One that repeats another, by its write id, is
     * appended all the same; when it is applied it changes nothing and has the other's result.
     *
     * @param lsn the one behind {@link #lastLsn}
     * @return completes when it is applied, on the thread that applies; fails with OutcomeUnknown when it was truncated or the disk failed
     * @throws IllegalStateException if the LSN is another
     * @throws io.lynse.engine.log.LogFailedException if the log takes nothing any more
     */
    public CompletableFuture<Applied> append(Lsn lsn, Epoch epoch, Admitted entry) {
        return pipeline.append(lsn, epoch, entry);
    }

    /** What a request that came before gets, by its write id: now, or when the first is applied. Null: it is not known here. */
    public @Nullable CompletableFuture<Applied> repeated(ParsedEntry entry) {
        return pipeline.known(entry.decoded());
    }

    /** From now on it is told of every entry that is applied. One listener at a time. */
    public void listenApplied(AppliedListener listener) {
        applying.tell(listener);
    }

    /** Whether the disk is full, and what was appended waits for room. */
    public boolean isStalled() {
        return wal.isStalled();
    }

    /** Has everything appended so far made durable; listeners hear of it. */
    public void requestSync() {
        wal.requestSync();
    }

    /** Completes when everything up to {@code lsn} is durable, see {@link WriteAheadLog#sync}. */
    public CompletableFuture<Lsn> sync(Lsn lsn) {
        return wal.sync(lsn);
    }

    public void listen(DurabilityListener listener) {
        wal.listen(listener);
    }

    /**
     * Everything up to {@code lsn} is committed: it is applied as soon as it is durable here. A lower LSN than before changes nothing.
     *
     * @throws IllegalArgumentException if the entry is not in this log: what will stand there later may be another
     * @throws IllegalStateException    under {@link CommitRule.WhenDurable}
     */
    public void commitUpTo(Lsn lsn) {
        pipeline.exclusively(() -> {
            requireToldRule();
            if (lsn.compareTo(wal.lastLsn()) > 0) throw new IllegalArgumentException("entry " + lsn + " is not in the log, which ends at " + wal.lastLsn());
            applying.change(() -> commitment.told(lsn));
        });
    }

    /**
     * Removes the entries from {@code lsn} on, durably when it returns. Those who wait for one of them hear that its outcome is unknown.
     *
     * @throws IllegalArgumentException if one of them is committed, or {@code lsn} is not in the log nor next to come
     * @throws IllegalStateException    under {@link CommitRule.WhenDurable}
     */
    public void truncateFrom(Lsn lsn) {
        pipeline.exclusively(() -> {
            requireToldRule();
            Lsn settled = applying.look(commitment::settled);
            if (lsn.compareTo(settled) <= 0) {
                throw new IllegalArgumentException("cannot truncate from " + lsn + ": entries up to " + settled + " are committed");
            }
            wal.truncateFrom(lsn);
            applying.truncated(lsn);
        });
    }

    /**
     * From now on the log is kept for this follower, as far as the {@link io.lynse.engine.log.RetentionLimits} allow. A start forgets all
     * followers: they are to be registered right behind it, before the first checkpoint trims. Registering twice changes nothing.
     */
    public void register(NodeId member) {
        wal.retention().register(member);
    }

    /**
     * A registered follower has everything up to here on disk, after its log was reconciled with this one.
     *
     * @param upTo lower than before if it had to cut its log
     */
    public void confirmed(NodeId member, Lsn upTo) {
        wal.retention().confirmed(member, upTo);
    }

    /** It is no follower any more. */
    public void forget(NodeId member) {
        wal.retention().forget(member);
    }

    /**
     * Keeps the log from an entry on while a follower is filled from files; see {@link io.lynse.engine.log.Retention#pin}.
     * @throws io.lynse.engine.log.LogTrimmedException if the entry is gone
     */
    public LogPin pin(Lsn from, String owner, String reason, Runnable lapse) {
        return wal.retention().pin(from, owner, reason, lapse);
    }

    private void requireToldRule() {
        if (rule() instanceof CommitRule.WhenDurable) throw new IllegalStateException("this node is its own authority: what is durable is committed");
    }
}
