package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.WriteId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Knows everything that was committed and acknowledged, and checks after every event what must always hold. */
final class Ghost {

    private final int minActive;
    private final DamageChecks damage;
    private final List<SimEntry> committed = new ArrayList<>();
    private final Map<Epoch, String> committedBy = new HashMap<>();
    private final Rows rows = new Rows();
    private final Map<Integer, TreeMap<Long, Long>> versions = new HashMap<>(); // key -> LSN -> value; DELETED: none
    private final Map<WriteId, Long> acknowledged = new HashMap<>();
    private final Set<WriteId> refusedForGood = new HashSet<>();
    private long acknowledgedMax;
    private boolean abandoned;
    private final Set<Long> written = new HashSet<>(); // values, each of one request

    private static final long DELETED = Long.MIN_VALUE;

    /** @param minActive members that a write must reach */
    Ghost(int minActive, DamageChecks damage) {
        this.minActive = minActive;
        this.damage = damage;
    }

    long acknowledgedMax() {
        return acknowledgedMax;
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** After an event of a node. */
    void look(SimNode node) {
        MemberCore.ActiveMembers leading = node.leading();
        if (leading == null || abandoned) return;
        long upTo = leading.committed().value();
        if (upTo > committed.size()) {
            String by = committedBy.putIfAbsent(leading.epoch(), node.address);
            if (by != null && !by.equals(node.address)) throw new Violation("one committing primary per epoch", node.address + " and " + by + " in epoch " + leading.epoch());
        }
        for (long lsn = committed.size() + 1; lsn <= upTo; lsn++) {
            if (leading.counted().size() < minActive && node.disk.entry(lsn).epoch().equals(leading.epoch())) {
                throw new Violation("a write reaches the least number of members", lsn + " is committed by " + leading.counted());
            }
            commit(lsn, node);
        }
        for (long lsn = Math.max(1, upTo - 2); lsn <= upTo; lsn++) {
            if (lsn >= node.disk.first() && !node.disk.entry(lsn).same(committed.get((int) lsn - 1))) {
                throw new Violation("no conflicting commits", node.address + " commits " + node.disk.entry(lsn) + " at " + lsn + ", committed is " + committed.get((int) lsn - 1));
            }
        }
    }

    private void commit(long lsn, SimNode by) {
        SimEntry entry = by.disk.entry(lsn);
        committed.add(entry);
        if (entry.isChecksum()) {
            damage.committed(lsn, rows);
            return;
        }
        SimEntry.Done outcome = rows.apply(lsn, entry);
        boolean wrote = outcome.done() && entry.change().kind() != SimEntry.Kind.DELETE && Objects.requireNonNull(rows.results().get(entry.writeId())).lsn().value() == lsn;
        if (wrote && !written.add(entry.change().value())) throw new Violation("nothing comes back", entry + " at " + lsn + " is written for the second time");
        Long value = rows.value(entry.change().key());
        versions.computeIfAbsent(entry.change().key(), _ -> new TreeMap<>()).put(lsn, value == null ? DELETED : value);
        if (refusedForGood.contains(entry.writeId())) throw new Violation("what was refused is never found", entry + " at " + lsn + ": " + outcome);
    }

    void applies(SimNode node, long lsn, SimEntry entry) {
        if (abandoned) return;
        if (lsn > committed.size()) throw new Violation("only committed entries are applied", node.address + " applies " + entry + " at " + lsn + ", committed are " + committed.size());
        if (!committed.get((int) lsn - 1).same(entry)) {
            throw new Violation("applied prefixes agree", node.address + " applies " + entry + " at " + lsn + ", committed is " + committed.get((int) lsn - 1));
        }
    }

    void truncates(SimNode node, long from) {
        if (from <= node.applied() && !abandoned) throw new Violation("no cut into applied entries", node.address + " cuts from " + from + ", applied " + node.applied());
    }

    /** @param value of the change that was asked for, which no other request has */
    void acknowledged(WriteId id, long value, long lsn, boolean done) {
        if (abandoned) return;
        if (lsn > committed.size()) throw new Violation("acknowledged is committed", id + " at " + lsn);
        SimEntry entry = committed.get((int) lsn - 1);
        if (entry.change().value() != value) throw new Violation("acknowledged is committed", id + " at " + lsn + " is " + entry);
        var remembered = Objects.requireNonNull(rows.results().get(entry.writeId()));
        if (((SimEntry.Done) remembered.outcome()).done() != done) throw new Violation("one request, one result", id + " at " + lsn);
        acknowledged.put(entry.writeId(), lsn);
        acknowledgedMax = Math.max(acknowledgedMax, lsn);
    }

    void refused(WriteId id) {
        refusedForGood.add(id);
        if (abandoned) return;
        if (rows.results().containsKey(id)) throw new Violation("what was refused is never found", id + " is committed");
    }

    /** Every member that the metadata calls active, and whose disk is the one it means, has every acknowledged write. */
    void activeHaveAll(ShardGroupImage group, java.util.function.Function<MemberImage, @Nullable SimNode> nodes) {
        if (acknowledgedMax == 0 || abandoned) return;
        for (MemberImage member : group.activeMembers()) {
            SimNode node = nodes.apply(member);
            if (node == null || !node.identity().equals(member)) continue; // wiped: not that member any more
            if (damage.excuses(member)) continue;
            SimDisk disk = node.disk;
            if (disk.isRolledBack()) disk.settle(hasCommitted(disk));
            if (!disk.isRolledBack() && !hasUpTo(acknowledgedMax, disk)) {
                throw new Violation("active members hold every acknowledged write", member + " is active and has " + disk.durable() + " of " + acknowledgedMax + " acknowledged");
            }
        }
    }

    /** Whether every committed write is there: what is acknowledged already, or will be when the word arrives. */
    boolean hasCommitted(SimDisk disk) {
        return hasUpTo(committed.size(), disk);
    }

    private boolean hasUpTo(long lsn, SimDisk disk) {
        return disk.durable() >= lsn && (lsn < Math.max(1, disk.first()) || disk.entry(lsn).same(committed.get((int) lsn - 1)));
    }

    /** A primary takes what a member has for the beginning of its stream. @param counted whether it waits for it */
    void begins(MemberImage member, boolean counted, long keep, long committedThere) {
        if (counted && keep < committedThere && !abandoned) {
            throw new Violation("a disk that lost committed entries is noticed", member + " is waited for and has " + keep + " of " + committedThere + " committed");
        }
    }

    /** Nothing is promised any more: it was led by a disk that had lost what it held. */
    void abandon() {
        abandoned = true;
        damage.abandon();
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** @param atLeast acknowledged before the read began; @return whether the read is older than that */
    boolean read(int key, long applied, @Nullable Long value, long atLeast) {
        if (abandoned) return false;
        if (applied > committed.size()) throw new Violation("reads show committed writes", "LSN " + applied);
        TreeMap<Long, Long> history = versions.get(key);
        Map.Entry<Long, Long> version = history == null ? null : history.floorEntry(applied);
        Long expected = version == null || version.getValue() == DELETED ? null : version.getValue();
        if (!Objects.equals(expected, value)) throw new Violation("a read shows its LSN", "key " + key + " at " + applied + " is " + value + ", not " + expected);
        return applied < atLeast;
    }

    boolean allApplied(List<SimNode> nodes) {
        return abandoned || nodes.stream().allMatch(node -> node.isUp() && node.applied() == committed.size());
    }

    /** When all is healed and quiet. @return whether a row that no hash betrays is wrong in every copy: it was copied before anybody could know */
    boolean equalEverywhere(List<SimNode> nodes) {
        if (abandoned) return false;
        Rows one = nodes.getFirst().rows();
        for (SimNode node : nodes) {
            if (node.rows().showsDamage() || !node.rows().sameDamage(one)) throw new Violation("damage heals", node.address + ": " + node.rows());
            if (node.applied() != committed.size() || !node.rows().sameValues(rows)) {
                throw new Violation("replicas are equal", node.address + " applied " + node.applied() + " of " + committed.size() + ": " + node.rows() + ", not " + rows);
            }
        }
        for (var write : acknowledged.entrySet()) {
            if (!committed.get((int) (write.getValue() - 1)).writeId().equals(write.getKey())) throw new Violation("nothing acknowledged is lost", write.toString());
        }
        for (WriteId id : refusedForGood) {
            if (rows.results().containsKey(id)) throw new Violation("what was refused is never found", id.toString());
        }
        return !one.isRight();
    }
}
