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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Knows everything that was committed and acknowledged, and checks after every event what must always hold.
 *
 * <p>A forced promotion may lose acknowledged writes, and the ghost knows which: when the member that was chosen begins to lead, those that it
 * does not have on its disk, and later those that members acknowledge who have not heard of it. That is another {@link Branch} of history.
 */
final class Ghost {

    private final int minActive;
    private final DamageChecks damage;
    private final World.Counts counts;
    private final List<Branch> branches = new ArrayList<>(); // the last one counts
    private final TreeSet<Epoch> forced = new TreeSet<>(); // epochs that begin another branch
    private @Nullable Epoch known; // a forced promotion that all members have confirmed
    private final Map<Epoch, String> committedBy = new HashMap<>();
    private final Map<WriteId, Long> acknowledged = new HashMap<>();
    private final Set<WriteId> refusedForGood = new HashSet<>();
    private long acknowledgedMax;
    private boolean abandoned;

    /** @param minActive members that a write must reach */
    Ghost(int minActive, DamageChecks damage, World.Counts counts) {
        this.minActive = minActive;
        this.damage = damage;
        this.counts = counts;
        forced.add(Epoch.NONE);
        branches.add(new Branch(Epoch.NONE, List.of()));
    }

    private Branch newest() {
        return branches.getLast();
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** What is acknowledged now: who begins to read sees it. */
    record Moment(int branches, long acknowledged) {}

    Moment moment() {
        return new Moment(branches.size(), acknowledgedMax);
    }

    // ---- forced promotions

    /** The metadata has accepted one. */
    void forces(Epoch epoch) {
        forced.add(epoch);
    }

    /** The operator is told that every member knows that epoch: nothing more is acknowledged behind its back. */
    void forceIsKnown(Epoch epoch) {
        known = epoch;
    }

    /** The history that epoch goes on with. The first one that leads it brings what it has. */
    private Branch branch(Epoch epoch, SimNode leading) {
        Epoch root = Objects.requireNonNull(forced.floor(epoch));
        for (Branch branch : branches) if (branch.since().equals(root)) return branch;
        var begun = new Branch(root, newest().shared(leading.disk));
        if (root.compareTo(newest().since()) < 0) {
            // Another one was forced meanwhile, and has begun already.
            branches.addFirst(begun);
            return begun;
        }
        branches.add(begun);
        int before = acknowledged.size();
        acknowledged.values().removeIf(lsn -> lsn > begun.inherited());
        counts.lostByForce += before - acknowledged.size();
        acknowledgedMax = Math.min(acknowledgedMax, begun.inherited());
        damage.forks(begun.inherited());
        return begun;
    }

    /** Whether the member that an operator has chosen has not begun to lead yet: until then nobody knows what it brings. */
    private boolean waitsForForced() {
        return !forced.last().equals(newest().since());
    }

    boolean isOnNewest(SimDisk disk, long lsn) {
        return newest().has(lsn, disk.entry(lsn));
    }

    // ---- what happens

    /** After an event of a node. */
    void look(SimNode node) {
        MemberCore.ActiveMembers leading = node.leading();
        if (leading == null || abandoned) return;
        Branch branch = branch(leading.epoch(), node);
        long upTo = leading.committed().value();
        if (upTo > branch.size()) {
            String by = committedBy.putIfAbsent(leading.epoch(), node.address);
            if (by != null && !by.equals(node.address)) throw new Violation("one committing primary per epoch", node.address + " and " + by + " in epoch " + leading.epoch());
            if (known != null && leading.epoch().compareTo(known) < 0) {
                throw new Violation("a forced promotion that all have confirmed is the last word", node.address + " commits in epoch " + leading.epoch() + ", known is " + known);
            }
        }
        for (long lsn = branch.size() + 1; lsn <= upTo; lsn++) {
            if (leading.counted().size() < minActive && node.disk.entry(lsn).epoch().equals(leading.epoch())) {
                throw new Violation("a write reaches the least number of members", lsn + " is committed by " + leading.counted());
            }
            commit(branch, node.disk.entry(lsn));
        }
        for (long lsn = Math.max(1, upTo - 2); lsn <= upTo; lsn++) {
            if (lsn >= node.disk.first() && !branch.has(lsn, node.disk.entry(lsn))) {
                throw new Violation("no conflicting commits", node.address + " commits " + node.disk.entry(lsn) + " at " + lsn + ", committed is " + branch.entry(lsn));
            }
        }
    }

    private void commit(Branch branch, SimEntry entry) {
        branch.commit(entry);
        if (entry.isChecksum()) {
            if (branch == newest()) damage.committed(branch.size(), branch.rows());
        } else if (refusedForGood.contains(entry.writeId())) {
            throw new Violation("what was refused is never found", entry + " at " + branch.size());
        }
    }

    void applies(SimNode node, long lsn, SimEntry entry) {
        if (abandoned || branches.stream().anyMatch(branch -> branch.has(lsn, entry))) return;
        Branch branch = newest();
        if (lsn > branch.size()) throw new Violation("only committed entries are applied", node.address + " applies " + entry + " at " + lsn + ", committed are " + branch.size());
        throw new Violation("applied prefixes agree", node.address + " applies " + entry + " at " + lsn + ", committed is " + branch.entry(lsn));
    }

    void truncates(SimNode node, long from) {
        if (from <= node.applied() && !abandoned) throw new Violation("no cut into applied entries", node.address + " cuts from " + from + ", applied " + node.applied());
    }

    /** @param value of the change that was asked for, which no other request has */
    void acknowledged(WriteId id, long value, long lsn, boolean done) {
        if (abandoned) return;
        Branch branch = branches.reversed().stream().filter(one -> lsn <= one.size() && one.entry(lsn).change().value() == value).findFirst().orElse(null);
        if (branch == null) throw new Violation("acknowledged is committed", id + " at " + lsn + (lsn <= newest().size() ? " is " + newest().entry(lsn) : ""));
        SimEntry entry = branch.entry(lsn);
        var remembered = Objects.requireNonNull(branch.rows().results().get(entry.writeId()));
        if (((SimEntry.Done) remembered.outcome()).done() != done) throw new Violation("one request, one result", id + " at " + lsn);
        if (branch != newest()) {
            counts.lostByForce++;
            return;
        }
        acknowledged.put(entry.writeId(), lsn);
        acknowledgedMax = Math.max(acknowledgedMax, lsn);
    }

    void refused(WriteId id) {
        refusedForGood.add(id);
        if (abandoned) return;
        for (Branch branch : branches) {
            if (branch.rows().results().containsKey(id)) throw new Violation("what was refused is never found", id + " is committed");
        }
    }

    /** Every member that the metadata calls active, and whose disk is the one it means, has every acknowledged write. */
    void activeHaveAll(ShardGroupImage group, java.util.function.Function<MemberImage, @Nullable SimNode> nodes) {
        if (acknowledgedMax == 0 || abandoned || waitsForForced()) return;
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
        return hasUpTo(newest().size(), disk);
    }

    private boolean hasUpTo(long lsn, SimDisk disk) {
        return disk.durable() >= lsn && (lsn < Math.max(1, disk.first()) || newest().has(lsn, disk.entry(lsn)));
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

    // ---- what is seen

    /** How new what a read shows is. */
    enum Shown {
        /** Everything that was acknowledged before it began. */
        ALL,
        OLDER,
        /** Of members that have not heard of a forced promotion, and go on without what it chose. */
        LOST
    }

    /** @param epoch the highest that the member had seen; @param begun when the read began */
    Shown read(int key, long applied, @Nullable Long value, long epoch, Moment begun) {
        if (abandoned) return Shown.ALL;
        Branch newest = newest();
        long atLeast = begun.acknowledged;
        for (Branch branch : branches.subList(Math.min(begun.branches, branches.size()), branches.size())) atLeast = Math.min(atLeast, branch.inherited());
        boolean unaware = epoch < newest.since().value();
        if (unaware && branches.stream().anyMatch(branch -> applied <= branch.size() && Objects.equals(branch.value(key, applied), value))) return Shown.LOST;
        if (applied > newest.size()) throw new Violation("reads show committed writes", "LSN " + applied);
        Long expected = newest.value(key, applied);
        if (!Objects.equals(expected, value)) throw new Violation("a read shows its LSN", "key " + key + " at " + applied + " is " + value + ", not " + expected);
        return applied < atLeast ? Shown.OLDER : Shown.ALL;
    }

    // ---- at the end

    boolean allApplied(List<SimNode> nodes) {
        return abandoned || nodes.stream().allMatch(node -> node.isUp() && node.applied() == newest().size());
    }

    /** When all is healed and quiet. @return whether a row that no hash betrays is wrong in every copy: it was copied before anybody could know */
    boolean equalEverywhere(List<SimNode> nodes) {
        if (abandoned) return false;
        Branch branch = newest();
        Rows one = nodes.getFirst().rows();
        for (SimNode node : nodes) {
            if (node.rows().showsDamage() || !node.rows().sameDamage(one)) throw new Violation("damage heals", node.address + ": " + node.rows());
            if (node.applied() != branch.size() || !node.rows().sameValues(branch.rows())) {
                throw new Violation("replicas are equal", node.address + " applied " + node.applied() + " of " + branch.size() + ": " + node.rows() + ", not " + branch.rows());
            }
        }
        for (var write : acknowledged.entrySet()) {
            if (!branch.entry(write.getValue()).writeId().equals(write.getKey())) throw new Violation("nothing acknowledged is lost", write.toString());
        }
        for (WriteId id : refusedForGood) {
            if (branch.rows().results().containsKey(id)) throw new Violation("what was refused is never found", id.toString());
        }
        return !one.isRight();
    }
}
