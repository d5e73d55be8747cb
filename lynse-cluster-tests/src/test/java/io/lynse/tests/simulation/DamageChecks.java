package io.lynse.tests.simulation;

import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.shard.replication.Divergence;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.ReplicationMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What must hold of damaged copies and of those that only seem to be. */
final class DamageChecks {

    private final Map<Long, Rows.Sum> right = new HashMap<>(); // by LSN of a checksum entry
    private final Set<Long> differed = new HashSet<>(); // LSNs at which some member had another state
    private final Set<MemberImage> ruined = new HashSet<>();
    private final Map<String, Set<MemberImage>> told = new HashMap<>(); // by primary: who has said that its copy is damaged, and nothing else since

    private final FoundInTime foundInTime;
    private boolean abandoned;

    DamageChecks(World world) {
        foundInTime = new FoundInTime(world);
    }

    /** Nothing is promised any more, and members may differ. */
    void abandon() {
        abandoned = true;
    }

    /** The state that the committed entries make, at a checksum entry. */
    void committed(long lsn, Rows rows) {
        right.put(lsn, rows.sum());
    }

    /** Another history goes on from here: entries behind are written anew. */
    void forks(long kept) {
        right.keySet().removeIf(lsn -> lsn > kept);
    }

    /** A member sums its state up. */
    void sums(SimNode node, long lsn, Rows.Sum sum) {
        boolean isRight = sum.equals(right.get(lsn));
        if (!isRight) differed.add(lsn);
        foundInTime.sums(node, lsn, isRight);
    }

    void reports(SimNode node, MemberReport report) {
        Divergence divergence = report.divergence();
        if (divergence != null && !abandoned && !differed.contains(divergence.lsn().value())) {
            throw new Violation("only what differs is reported", node.address + " says it differs: " + divergence);
        }
        if (divergence != null) foundInTime.reported();
    }

    void givesUp(SimNode node, String reason) {
        foundInTime.found(node);
        if (!abandoned && !node.disk.wasDamaged()) throw new Violation("only a damaged copy is given up", node.address + ": " + reason);
    }

    void installs(SimNode node, SimDisk files) {
        ruined.remove(node.identity());
        foundInTime.found(node);
        if (files.showsDamage()) throw new Violation("files are what was written", node.address + " installs damaged ones");
    }

    /** @param copies what the members said of theirs, by address, when that was decided */
    void promotes(ShardGroupImage group, MemberImage candidate, Map<String, MemberReport> copies) {
        CopyState copy = Objects.requireNonNull(copies.get(candidate.uri())).copy();
        boolean mayLead = copy == CopyState.WHOLE || copy == CopyState.DAMAGED && candidate.equals(group.primary());
        if (!mayLead) throw new Violation("a damaged copy is not promoted", candidate + " has said that its copy is " + copy.text());
    }

    /** A fault took everything from a member. Nobody can know, until it has started and said so. */
    void ruins(SimNode node) {
        ruined.add(node.identity());
    }

    /** A process has started there. @param copy what it knows of its copy */
    void starts(SimNode node, CopyState copy) {
        told.remove(node.address);
        if (copy == CopyState.WHOLE) ruined.remove(node.identity());
    }

    /** Whether a fault took everything from that member, it knows it or has not started since, and nothing took the place yet. */
    boolean excuses(MemberImage member) {
        return ruined.contains(member);
    }

    void receives(SimNode node, MemberImage from, ReplicationMessage message) {
        if (node.leading() == null) return;
        if (message instanceof ReplicationMessage.Damaged) told.computeIfAbsent(node.address, _ -> new HashSet<>()).add(from);
        else if (message instanceof ReplicationMessage.Report) told.computeIfAbsent(node.address, _ -> new HashSet<>()).remove(from);
    }

    void proposes(SimNode node, Command command) {
        if (command instanceof Command.MarkActive active && told.getOrDefault(node.address, Set.of()).contains(active.member())) {
            throw new Violation("a damaged copy is not counted in", node.address + " proposes " + active);
        }
    }
}
