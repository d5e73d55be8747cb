package io.lynse.coordinator.health;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lynse.coordinator.failover.FailoverDecision;
import io.lynse.coordinator.failover.FailoverDecision.Disputed;
import io.lynse.coordinator.failover.FailoverDecision.HandOver;
import io.lynse.coordinator.failover.FailoverDecision.Keep;
import io.lynse.coordinator.failover.FailoverDecision.NoSafeMember;
import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.coordinator.failover.FailoverPolicy;
import io.lynse.coordinator.failover.MemberReport;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One coordinator's eyes on one shard group: whom to probe and when, who counts as healthy, and what to do about the primary.
 * Events in, actions out; no thread, clock or socket. Every coordinator probes, the leading one alone decides.
 *
 * <p>A member is probed every interval; so many failures in a row open its breaker. The fast path (DESIGN 6): where nobody listens any
 * more, the probe of a node that was healthy under this lease is repeated every {@link #HURRY}, still as often, and the other members
 * are asked at the same pace whether they miss the primary too. A dead process is replaced in about a second, a silent one after
 * the interval times the failures. Times are nanoseconds of {@link System#nanoTime}. Not safe for use by several threads.
 */
public final class GroupWatch {

    /** @param fast whether a refused connection is looked at sooner than after an interval */
    public record Settings(Duration interval, boolean fast) {}

    public sealed interface Event {
        /** Time has passed, or the image or the lease has changed. */
        record Tick() implements Event {}

        /** A request, or another coordinator, could not reach the node there. */
        record Suspected(String uri) implements Event {}

        /** The answer to {@link Action.Probe}; comes once for each. */
        record Probed(String uri, Sighting sighting) implements Event {}

        /** A {@link Action.Bind}, {@link Action.Lead} or {@link Action.SwitchOver} was answered, or nobody knows. */
        record Settled() implements Event {}

        /** Another coordinator fails to reach these. */
        record Asked(String by, List<String> uris) implements Event {}

        /** Another coordinator has met a node there that the group does not know yet. */
        record MetByOther(String uri, NodeId node) implements Event {}

        /** Another coordinator that was asked reaches the node there, now. */
        record ReachedByOther(String uri) implements Event {}
    }

    public sealed interface Action {
        /** With the group's view. {@link Event.Probed} follows. */
        record Probe(MemberImage member) implements Action {}

        /** {@link Event.Settled} follows. */
        record Bind(String uri, NodeId node) implements Action {}

        /** {@link Event.Settled} follows. */
        record Lead(Promote promotion) implements Action {}

        /** As {@link Lead}, once the primary has handed over. {@link Event.Settled} follows. */
        record SwitchOver(Promote promotion) implements Action {}

        /** {@link Event.ReachedByOther} may follow. */
        record AskOthers(List<String> uris) implements Action {}

        /** {@link Event.MetByOther} to the leading coordinator, which may not reach the node itself. */
        record TellLeader(String uri, NodeId node) implements Action {}

        /** To whoever asked: a probe that was sent since has reached the node there. */
        record TellReached(String to, String uri) implements Action {}

        /** Who reaches what this coordinator does not, leads better. */
        record GiveUpLease(String uri) implements Action {}
    }

    private static final Duration HURRY = Duration.ofMillis(100);

    private final Settings settings;
    private final CircuitBreakerRegistry breakers;
    private final Map<String, WatchedMember> members = new LinkedHashMap<>();
    private @Nullable ShardGroupImage seen;
    private @Nullable FailoverDecision decision;
    private boolean proposing;
    private @Nullable ShardGroupImage proposedOn;
    private long proposedAt;
    private String triedToBind = ""; // address
    private @Nullable Long askedAt;

    public GroupWatch(Settings settings, CircuitBreakerRegistry breakers) {
        this.settings = settings;
        this.breakers = breakers;
    }

    /**
     * @param group as the newest image shows it
     * @param lease under which this coordinator leads; empty: it does not
     */
    public List<Action> on(Event event, ShardGroupImage group, Optional<LeaseEpoch> lease, long now) {
        follow(group, now);
        var out = new ArrayList<Action>();
        switch (event) {
            case Event.Tick() -> {}
            case Event.Suspected(String uri) -> hurry(uri, now);
            case Event.Probed(String uri, Sighting sighting) -> {
                probed(uri, sighting, lease.orElse(null), now, out);
                if (lease.isEmpty() && sighting instanceof Sighting.Met(NodeId node, _) && isStranger(group, uri, node)) out.add(new Action.TellLeader(uri, node));
            }
            case Event.Settled() -> proposing = false;
            case Event.Asked(String by, List<String> uris) -> {
                for (String uri : uris) if (members.containsKey(uri)) Objects.requireNonNull(members.get(uri)).asked(by, now);
            }
            case Event.MetByOther(String uri, NodeId node) -> {
                WatchedMember member = members.get(uri);
                if (member != null && member.met() == null && lease.isPresent()) bind(group, uri, node, now, out);
            }
            case Event.ReachedByOther(String uri) -> {
                if (lease.isPresent() && needsOther(uri)) out.add(new Action.GiveUpLease(uri));
            }
        }
        decision = decide(group);
        if (lease.isPresent()) act(group, now, out);
        if (settings.fast() && decision instanceof Disputed && watched(group.primary()).last() instanceof Sighting.Refused) {
            // Nothing happens before whoever would follow it misses it too.
            for (MemberImage member : group.activeMembers()) if (!member.equals(group.primary())) hurry(member.uri(), now);
        }
        for (MemberImage member : group.members()) {
            WatchedMember watched = watched(member);
            if (!watched.isDue(now)) continue;
            watched.send(now, settings.interval().toNanos());
            out.add(new Action.Probe(member));
        }
        return out;
    }

    /** What would be done about the primary; null: too little is known yet. */
    public @Nullable FailoverDecision decision() {
        return decision;
    }

    /** When {@link Event.Tick} is due, if nothing else happens before; at most an interval from now. */
    public long nextDue(long now) {
        long next = now + settings.interval().toNanos();
        for (WatchedMember member : members.values()) {
            if (!member.probing() && next - member.dueAt() > 0) next = member.dueAt();
        }
        return next;
    }

    /** Whether nothing is under way: every member was probed, and what followed from it is done. */
    public boolean rests(long now) {
        return !proposing && members.values().stream().noneMatch(member -> member.probing() || member.isDue(now));
    }

    /** Whether the node there counts as unhealthy. */
    public boolean unhealthy(String uri) {
        WatchedMember member = members.get(uri);
        return member != null && member.unhealthy();
    }

    /** A change of the group is shown to its members at once. */
    private void follow(ShardGroupImage group, long now) {
        ShardGroupImage before = seen;
        if (group.equals(before)) return;
        seen = group;
        List<String> uris = group.members().stream().map(MemberImage::uri).toList();
        members.keySet().retainAll(uris);
        for (String uri : uris) {
            WatchedMember member = members.computeIfAbsent(uri, _ -> new WatchedMember(NodeBreaker.of(breakers, uri), now));
            if (before != null && !before.epoch().equals(group.epoch())) member.beginEpoch();
            member.hurry(now, 0);
        }
    }

    private void hurry(String uri, long now) {
        WatchedMember member = members.get(uri);
        if (member != null) member.hurry(now, HURRY.toNanos());
    }

    private void probed(String uri, Sighting sighting, @Nullable LeaseEpoch lease, long now, List<Action> out) {
        WatchedMember member = members.get(uri);
        if (member == null) return; // no member any more
        member.saw(sighting, lease);
        for (String by : member.takeAskers()) if (sighting.alive()) out.add(new Action.TellReached(by, uri));
        boolean gone = sighting instanceof Sighting.Refused && settings.fast() && member.wasHealthyUnder(lease);
        if (gone && !member.unhealthy()) member.hurry(now, HURRY.toNanos());
    }

    private @Nullable FailoverDecision decide(ShardGroupImage group) {
        WatchedMember primary = watched(group.primary());
        if (primary.last() instanceof Sighting.Odd) return new Disputed(group.id(), group.primary() + " answers, but not as a member");
        if (primary.lastMet() == null && !primary.unhealthy()) return null;
        var reports = new HashMap<MemberImage, MemberReport>();
        for (MemberImage member : group.members()) {
            // A primary counts until its breaker says otherwise, a candidate only with what it answered last.
            Sighting.Met met = member.equals(group.primary()) ? primary.lastMet() : watched(member).met();
            if (met != null && member.is(met.node())) reports.put(member, met.report());
        }
        return FailoverPolicy.decide(group, reports);
    }

    private void act(ShardGroupImage group, long now, List<Action> out) {
        switch (decision) {
            case Promote promote -> {
                if (proposes(group, now)) out.add(new Action.Lead(promote));
            }
            case HandOver(Promote next) -> {
                if (proposes(group, now)) out.add(new Action.SwitchOver(next));
            }
            case Disputed _, NoSafeMember _, Keep _ -> {
                if (waitsForOthers()) askOthers(group, now, out);
            }
            case null -> {}
        }
        for (String uri : toBind(group)) {
            Sighting.Met met = Objects.requireNonNull(members.get(uri)).met();
            if (met != null) bind(group, uri, met.node(), now, out);
        }
    }

    /** The one that was tried last comes last: a node that is refused, as a copy of another is, keeps nobody else waiting. */
    private List<String> toBind(ShardGroupImage group) {
        var uris = new ArrayList<>(group.members().stream().map(MemberImage::uri).toList());
        Collections.rotate(uris, -1 - uris.indexOf(triedToBind));
        return uris;
    }

    private void bind(ShardGroupImage group, String uri, NodeId node, long now, List<Action> out) {
        if (!isStranger(group, uri, node) || !proposes(group, now)) return;
        triedToBind = uri;
        out.add(new Action.Bind(uri, node));
    }

    /** One proposal at a time, because it may change what the next one would be; and one that changed nothing is made again after an interval. */
    private boolean proposes(ShardGroupImage group, long now) {
        if (proposing || group.equals(proposedOn) && now - proposedAt < settings.interval().toNanos()) return false;
        proposing = true;
        proposedOn = group;
        proposedAt = now;
        return true;
    }

    private static boolean isStranger(ShardGroupImage group, String uri, NodeId node) {
        for (MemberImage member : group.members()) {
            if (!member.uri().equals(uri)) continue;
            // Another node at the primary's address: the primary is gone, and waited for or replaced.
            return !member.is(node) && !(member.bound() && member.equals(group.primary()));
        }
        return false;
    }

    /** About active members that this coordinator alone may fail to reach: each of them could lead, or say who does. */
    private void askOthers(ShardGroupImage group, long now, List<Action> out) {
        if (askedAt != null && now - askedAt < settings.interval().toNanos()) return;
        List<String> silent = group.activeMembers().stream().map(MemberImage::uri).filter(this::unhealthy).toList();
        if (silent.isEmpty()) return;
        askedAt = now;
        out.add(new Action.AskOthers(silent));
    }

    private boolean needsOther(String uri) {
        return unhealthy(uri) && waitsForOthers();
    }

    /** Whether a member that is silent here could make a difference. A primary whose copy is damaged leads only until a whole one is reached. */
    private boolean waitsForOthers() {
        return switch (decision) {
            case Disputed _, NoSafeMember _ -> true;
            case Keep(MemberImage primary) -> {
                Sighting.Met met = watched(primary).lastMet();
                yield met != null && !met.report().isWhole();
            }
            case Promote _, HandOver _ -> false;
            case null -> false;
        };
    }

    private WatchedMember watched(MemberImage member) {
        return Objects.requireNonNull(members.get(member.uri()));
    }
}
