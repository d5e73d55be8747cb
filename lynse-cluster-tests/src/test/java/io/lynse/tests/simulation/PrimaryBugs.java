package io.lynse.tests.simulation;

import io.lynse.engine.log.EpochEnd;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Mistakes of a primary: whom it counts, and what it answers. Around the real cores: what they hear or do is changed. */
final class PrimaryBugs {

    private PrimaryBugs() {}

    /** A primary takes what it has written for what is on its disk. */
    static final class OwnAckBeforeFsync extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Write && node.leading() != null ? List.of(event, new Event.Forced(new Lsn(node.disk.last() + 1))) : List.of(event);
        }
    }

    /** The primary stops waiting for a member before the metadata has said so. */
    static final class StaleOnHope extends PlantedBug {
        private final boolean onlyIfUnknown;
        private final Map<String, Command.MarkStale> asked = new HashMap<>();

        StaleOnHope(boolean onlyIfUnknown) {
            this.onlyIfUnknown = onlyIfUnknown;
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Propose(Command.MarkStale stale)) asked.put(node.address, stale);
            }
            return effects;
        }

        @Override
        List<Event> events(SimNode node, Event event) {
            Command.MarkStale stale = asked.get(node.address);
            if (stale == null || onlyIfUnknown && !(event instanceof Event.GroupUnknown)) return List.of(event);
            asked.remove(node.address);
            MemberCore.ActiveMembers leading = node.leading();
            if (leading == null || !leading.epoch().equals(stale.epoch())) return List.of(event);
            var others = new ArrayList<ReplicaImage>();
            for (MemberImage member : leading.counted()) {
                if (!member.equals(node.identity())) others.add(new ReplicaImage(member, member.equals(stale.member()) ? ReplicaState.STALE : ReplicaState.ACTIVE));
            }
            return List.of(new Event.GroupRead(new ShardGroupImage(stale.group(), node.identity(), stale.epoch(), stale.version() + 1, others)), event);
        }
    }

    /** The primary does not wait for a member whose MarkActive is on its way: it hears acknowledgements that nobody sent. */
    static final class ProposeBeforeCounting extends PlantedBug {
        private final Map<String, MemberImage> asked = new HashMap<>();
        private final Map<String, Long> streams = new HashMap<>();

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Propose(Command.MarkActive active)) asked.put(node.address, active.member());
                if (effect instanceof Effect.Send(MemberImage to, Hello hello)) streams.put(node.address + to, hello.stream());
            }
            return effects;
        }

        @Override
        List<Event> events(SimNode node, Event event) {
            MemberImage member = asked.get(node.address);
            MemberCore.ActiveMembers leading = node.leading();
            if (leading == null || event instanceof Event.GroupRead) asked.remove(node.address);
            if (member == null || leading == null || event instanceof Event.GroupRead) return List.of(event);
            Lsn last = new Lsn(node.disk.last());
            return List.of(event, new Event.Received(member, new Ack(new Fence(node.group.id, leading.epoch()), streams.getOrDefault(node.address + member, 0L), last, last.next(), 0)));
        }
    }

    /** A view of its own epoch, however old, replaces the set of a primary. Versions are shifted so that the core takes it for news. */
    static final class CountMetadataSet extends PlantedBug {
        private final Map<String, Long> shift = new HashMap<>();
        private final Map<String, Long> known = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            MemberCore.ActiveMembers leading = node.leading();
            if (leading == null) {
                shift.remove(node.address);
                known.remove(node.address);
                return List.of(event);
            }
            long shifted = shift.getOrDefault(node.address, 0L);
            if (event instanceof Event.GroupRead(var read)) {
                known.merge(node.address, read.version(), Math::max);
                return List.of(new Event.GroupRead(new ShardGroupImage(read.id(), read.primary(), read.epoch(), read.version() + shifted, read.replicas())));
            }
            Long version = known.get(node.address);
            if (version == null || !(event instanceof Event.ViewSeen(GroupView view, _)) || !view.primaryEpoch().equals(leading.epoch())) return List.of(event);
            shift.put(node.address, shifted + 1);
            var replicas = new ArrayList<ReplicaImage>();
            for (GroupView.Replica replica : view.replicas()) {
                replicas.add(new ReplicaImage(new MemberImage(replica.member().uri(), replica.member().nodeId()), ReplicaState.named(replica.state()).orElseThrow()));
            }
            return List.of(new Event.GroupRead(new ShardGroupImage(view.group(), node.identity(), view.primaryEpoch(), version + shifted + 1, replicas)));
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            long shifted = shift.getOrDefault(node.address, 0L);
            return effects.stream().map(effect -> switch (effect) {
                case Effect.Propose(Command.MarkActive(var group, var member, var epoch, long version)) -> new Effect.Propose(new Command.MarkActive(group, member, epoch, version - shifted));
                case Effect.Propose(Command.MarkStale(var group, var member, var epoch, long version)) -> new Effect.Propose(new Command.MarkStale(group, member, epoch, version - shifted));
                default -> effect;
            }).toList();
        }
    }

    /** A new primary begins with the set of the view that it had before. */
    static final class ServeBeforeAdopting extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            Standing.Place place = node.disk.standing.place();
            if (place == null || !(event instanceof Event.ViewSeen(GroupView view, String uri)) || !view.newerThan(place.view())) return List.of(event);
            if (!view.primary().is(uri, node.disk.node) || view.primaryEpoch().equals(place.view().primaryEpoch())) return List.of(event);
            var replicas = new ArrayList<GroupView.Replica>();
            for (GroupView.Replica replica : view.replicas()) {
                boolean wasActive = place.view().replicas().stream().anyMatch(before -> before.member().equals(replica.member()) && before.state().equals("active"));
                replicas.add(new GroupView.Replica(replica.member(), wasActive ? "active" : "stale"));
            }
            return List.of(new Event.ViewSeen(
                    view.withReplicas(replicas), uri));
        }
    }

    /** A replica that has what the new primary knows to be committed is taken for level, though the inherited log goes on. */
    static final class LevelByKnownCommit extends PlantedBug {
        private final Map<String, Lsn> inherited = new HashMap<>();
        private final Map<String, Epoch> led = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            MemberCore.ActiveMembers leading = node.leading();
            if (leading == null) return List.of(event);
            if (!leading.epoch().equals(led.put(node.address, leading.epoch()))) inherited.put(node.address, new Lsn(node.disk.last()));
            if (event instanceof Event.Received(MemberImage from, Ack ack) && !leading.counted().contains(from) && ack.durable().compareTo(leading.committed()) >= 0) {
                Lsn level = inherited.getOrDefault(node.address, Lsn.NONE);
                if (ack.durable().compareTo(level) < 0) return List.of(new Event.Received(from, new Ack(ack.fence(), ack.stream(), level, ack.next(), ack.frames())));
            }
            return List.of(event);
        }
    }

    /** The primary counts what a follower says it has, before it has compared. */
    static final class AckUnreconciled extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            if (!(event instanceof Event.Received(MemberImage from, Report report))) return List.of(event);
            Lsn last = report.history().last();
            return List.of(event, new Event.Received(from, new Ack(report.fence(), report.stream(), last, last.next(), 0)));
        }
    }

    /** The primary remembers by address what was acknowledged: of another node there, it believes the same. */
    static final class AckWithoutId extends PlantedBug {
        private record Stream(String primary, Epoch epoch, String uri) {}

        private final Map<Stream, Lsn> best = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (node.leading() == null || !(event instanceof Event.Received(MemberImage from, Ack ack))) return List.of(event);
            Lsn most = best.merge(new Stream(node.address, ack.epoch(), from.uri()), ack.durable(), (a, b) -> a.compareTo(b) > 0 ? a : b);
            return List.of(new Event.Received(from, new Ack(ack.fence(), ack.stream(), most, ack.next(), ack.frames())));
        }
    }

    /** A write id that is found in the log is answered before its entry is committed. */
    static final class AnswerRetryFromLog extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            if (node.leading() == null || !(event instanceof Event.Write retried)) return List.of(event);
            for (long lsn = Math.max(1, node.disk.checkpointLsn()); lsn <= node.disk.last(); lsn++) {
                if (!node.disk.entry(lsn).writeId().equals(retried.writeId())) continue;
                node.answer(retried.request(), new Answer.Written(new Lsn(lsn), new SimEntry.Done(true)));
                return List.of();
            }
            return List.of(event);
        }
    }

    /** Members are shown another durability than the metadata has. */
    static final class OtherDurability extends PlantedBug {
        private final UnaryOperator<Durability> shown;

        OtherDurability(UnaryOperator<Durability> shown) {
            this.shown = shown;
        }

        @Override
        List<Event> events(SimNode node, Event event) {
            if (!(event instanceof Event.ViewSeen(GroupView view, String uri))) return List.of(event);
            return List.of(new Event.ViewSeen(
                    new GroupView(
                            view.clusterId(), view.group(), view.primaryEpoch(), view.metaEpoch(), view.version(), view.primary(), view.replicas(),
                            view.coordinatorUri(), view.owners(), shown.apply(view.durability())),
                    uri));
        }
    }

    /** The follower keeps as much as the shorter of both logs has. */
    static final class TruncateByLsn extends PlantedBug {
        private final Map<String, Lsn> reported = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(MemberImage from, Report report)) reported.put(node.address + from, report.history().last());
            return List.of(event);
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream()
                    .map(effect -> effect instanceof Effect.Send(MemberImage to, Accept(var fence, long stream, _))
                            ? new Effect.Send(to, new Accept(fence, stream, new Lsn(Math.min(node.disk.last(), reported.getOrDefault(node.address + to, Lsn.NONE).value()))))
                            : effect)
                    .toList();
        }
    }

    /** The follower keeps its log up to the primary's end of the epoch, wherever it left that epoch itself. */
    static final class TruncatePrimaryEnd extends PlantedBug {
        private final Map<String, Report> reports = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(MemberImage from, Report report)) reports.put(node.address + from, report);
            return List.of(event);
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream()
                    .map(effect -> effect instanceof Effect.Send(MemberImage to, Accept(var fence, long stream, Lsn keep))
                            ? new Effect.Send(to, new Accept(fence, stream, keep(node, Objects.requireNonNull(reports.get(node.address + to)), keep)))
                            : effect)
                    .toList();
        }

        private static Lsn keep(SimNode node, Report report, Lsn right) {
            Lsn end = right;
            for (EpochEnd mine : node.disk.found().history().ends()) {
                if (mine.epoch().compareTo(report.history().lastEpoch()) <= 0) end = mine.last();
            }
            return end.compareTo(report.history().last()) < 0 ? end : report.history().last();
        }
    }
}
