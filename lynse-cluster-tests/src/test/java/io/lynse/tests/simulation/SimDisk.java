package io.lynse.tests.simulation;

import io.lynse.engine.log.EpochEnd;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.EpochHistory;
import io.lynse.shard.replication.MemberLog;
import io.lynse.shard.replication.WriteId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one node keeps. A crash loses what was not forced; a wipe loses all; and there may be copies. */
final class SimDisk {

    final NodeId node;
    Standing standing = Standing.NEW;

    private long held; // by the disk that this one is an older copy of
    private boolean rolledBack;
    private boolean reconciled;

    private final List<SimEntry> entries = new ArrayList<>(); // all there ever were: the part before first is only known to the ghost
    private long first = 1;
    private long durable;
    private long cuts; // forces asked for before a cut do not count after it

    private Rows checkpoint = new Rows();
    private long checkpointLsn;

    private @Nullable GivenUp givenUp;
    private boolean damaged; // once, in whatever way

    /** That the copy here is known not to be what was written. */
    record GivenUp(CopyState state, String reason) {}

    SimDisk(NodeId node) {
        this.node = node;
    }

    long last() {
        return entries.size();
    }

    long durable() {
        return durable;
    }

    long first() {
        return first;
    }

    long cuts() {
        return cuts;
    }

    long checkpointLsn() {
        return checkpointLsn;
    }

    SimEntry entry(long lsn) {
        return entries.get((int) lsn - 1);
    }

    boolean has(long lsn) {
        return lsn >= 1 && lsn <= entries.size();
    }

    void append(SimEntry entry) {
        entries.add(entry);
    }

    void forced(long upTo) {
        durable = Math.max(durable, Math.min(upTo, last()));
    }

    void truncateFrom(long lsn) {
        while (last() >= lsn) entries.removeLast();
        durable = Math.min(durable, last());
        cuts++;
        reconciled = true;
    }

    void checkpoint(Rows rows, long lsn) {
        checkpoint = rows.copy();
        checkpointLsn = lsn;
    }

    /** Lets go of the log that the checkpoint covers. */
    void trim() {
        first = Math.max(first, checkpointLsn + 1);
    }

    /** @param survives how much of the log was on disk, forced or by luck */
    void crash(long survives) {
        while (last() > survives) entries.removeLast();
        durable = last();
        cuts++;
    }

    /** This is an older copy of that disk: nobody promises what it held to be here, until a primary has compared and it was filled again. */
    void isCopyOf(SimDisk newer) {
        rolledBack = true;
        reconciled = false;
        held = Math.max(held, newer.durable);
    }

    boolean isRolledBack() {
        return rolledBack;
    }

    boolean lacksWhatItHeld() {
        return rolledBack && durable < held;
    }

    /** @param hasCommitted whether all that is committed is here */
    void settle(boolean hasCommitted) {
        if (reconciled && hasCommitted) rolledBack = false;
    }

    SimDisk copy() {
        return copyAs(node);
    }

    /** The same content under another identity. */
    SimDisk copyAs(NodeId other) {
        var copy = new SimDisk(other);
        copy.standing = standing;
        copy.entries.addAll(entries);
        copy.first = first;
        copy.durable = durable;
        copy.checkpoint = checkpoint.copy();
        copy.checkpointLsn = checkpointLsn;
        copy.givenUp = givenUp;
        copy.damaged = damaged;
        copy.rolledBack = rolledBack;
        copy.held = held;
        return copy;
    }

    /** Everything here becomes a copy of that disk's checkpoint, but who this is. */
    void takeFiles(SimDisk from) {
        entries.clear();
        entries.addAll(from.entries.subList(0, (int) from.checkpointLsn));
        first = from.checkpointLsn + 1;
        durable = last();
        checkpoint = from.checkpoint.copy();
        checkpointLsn = from.checkpointLsn;
        damaged = !checkpoint.isRight();
        cuts++;
    }

    // ---- damage

    @Nullable GivenUp givenUp() {
        return givenUp;
    }

    void giveUp(CopyState state, String reason) {
        givenUp = new GivenUp(state, reason);
    }

    /** The log cannot be read any more, and without it nothing else is worth anything. */
    void ruin() {
        entries.clear();
        first = 1;
        durable = 0;
        checkpoint = new Rows();
        checkpointLsn = 0;
        givenUp = new GivenUp(CopyState.LOST, "the log is damaged");
        damaged = true;
        cuts++;
    }

    /** In the checkpoint, too, if the row there is the same. */
    void alter(int key, @Nullable Long value, long instead, boolean evident) {
        if (Objects.equals(checkpoint.value(key), value)) checkpoint.alter(key, instead, evident);
    }

    void setDamaged() {
        damaged = true;
    }

    boolean wasDamaged() {
        return damaged;
    }

    boolean isRight() {
        return givenUp == null && checkpoint.isRight();
    }

    boolean showsDamage() {
        return checkpoint.showsDamage();
    }

    void forgetResults() {
        checkpoint.results().clear();
    }

    Rows rowsAtCheckpoint() {
        return checkpoint.copy();
    }

    MemberLog.Found found() {
        var ends = new ArrayList<EpochEnd>();
        for (int i = 0; i < entries.size(); i++) {
            Epoch epoch = entries.get(i).epoch();
            if (!ends.isEmpty() && ends.getLast().epoch().equals(epoch)) ends.removeLast();
            ends.add(new EpochEnd(epoch, new Lsn(i + 1)));
        }
        var waiting = new LinkedHashMap<Lsn, WriteId>();
        for (long lsn = checkpointLsn + 1; lsn <= last(); lsn++) {
            if (!entry(lsn).isChecksum()) waiting.put(new Lsn(lsn), entry(lsn).writeId());
        }
        return new MemberLog.Found(new Lsn(first), new EpochHistory(ends), new Lsn(checkpointLsn), waiting, checkpoint.results());
    }
}
