package io.lynse.tests.simulation;

import io.lynse.coordinator.failover.FailoverDecision;
import io.lynse.coordinator.failover.MemberReport;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Mistakes that a simulation must find, one per rule. Named as the switches of the model-checked specification, where it has them. */
final class PlantedBugs {

    private PlantedBugs() {}

    /** A new instance per run: some remember what they saw. */
    static final Map<String, Supplier<PlantedBug>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("ackBeforeFsync", AckBeforeFsync::new);
        ALL.put("dropBeforeMarkStale", () -> new StaleOnHope(false));
        ALL.put("unknownIsSuccess", () -> new StaleOnHope(true));
        ALL.put("promoteStale", PromoteStale::new);
        ALL.put("applyBeforeCommit", ApplyBeforeCommit::new);
        ALL.put("truncateByLsn", TruncateByLsn::new);
        ALL.put("wipeKeepsId", WipeKeepsId::new);
        ALL.put("bindKeepsState", BindKeepsState::new);
        ALL.put("resumeEpoch", ResumeEpoch::new);
        ALL.put("noVersion", NoVersion::new);
        ALL.put("proposeBeforeCounting", ProposeBeforeCounting::new);
        ALL.put("commitLsnUnmatched", CommitLsnUnmatched::new);
        ALL.put("answerRetryFromLog", AnswerRetryFromLog::new);
        ALL.put("forgetWriteId", ForgetWriteId::new);
        ALL.put("readBeforeInherited", ReadBeforeInherited::new);
    }

    private static final class AckBeforeFsync extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Received(_, Frame frame) && frame.last() ? List.of(event, new Event.Forced(frame.lsn())) : List.of(event);
        }
    }

    /** The primary stops waiting for a member before the metadata has said so. */
    private static final class StaleOnHope extends PlantedBug {
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

    private static final class PromoteStale extends PlantedBug {
        @Override
        FailoverDecision failover(ShardGroupImage group, Map<MemberImage, MemberReport> reports) {
            FailoverDecision right = super.failover(group, reports);
            if (right instanceof FailoverDecision.Keep) return right;
            return group.members().stream()
                    .filter(member -> member.bound() && reports.containsKey(member))
                    .findFirst()
                    .<FailoverDecision>map(member -> new FailoverDecision.Promote(
                            group.id(), member, group.epoch(), Objects.requireNonNull(reports.get(member)).seen(), false))
                    .orElse(right);
        }

        @Override
        Decision decide(ClusterImage image, Command command) {
            if (!(command instanceof Command.Led(_, Command.Promote(var id, var candidate, Epoch expected, Epoch seen)))) return super.decide(image, command);
            ShardGroupImage group = image.group(id);
            if (!group.epoch().equals(expected)) return super.decide(image, command);
            var others = new ArrayList<ReplicaImage>();
            for (ReplicaImage replica : group.replicas()) if (!replica.member().equals(candidate)) others.add(replica);
            if (!group.primary().equals(candidate)) others.add(new ReplicaImage(group.primary(), ReplicaState.STALE));
            Epoch next = (seen.compareTo(expected) > 0 ? seen : expected).next();
            return new Decision.Accepted(List.of(new MetadataRecord.PrimaryPromoted(id, candidate, next, others)));
        }
    }

    private static final class ApplyBeforeCommit extends PlantedBug {
        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            var more = new ArrayList<>(effects);
            for (Effect effect : effects) {
                if (effect instanceof Effect.AppendFrame(Frame frame) && frame.last()) more.add(new Effect.Apply(frame.lsn()));
            }
            return more;
        }
    }

    /** The follower keeps as much as the shorter of both logs has. */
    private static final class TruncateByLsn extends PlantedBug {
        private final Map<String, Lsn> reported = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(MemberImage from, Report report)) reported.put(node.address + from, report.history().last());
            return List.of(event);
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream()
                    .map(effect -> effect instanceof Effect.Send(MemberImage to, Accept(Epoch epoch, long stream, _))
                            ? new Effect.Send(to, new Accept(epoch, stream, new Lsn(Math.min(node.disk.last(), reported.getOrDefault(node.address + to, Lsn.NONE).value()))))
                            : effect)
                    .toList();
        }
    }

    private static final class WipeKeepsId extends PlantedBug {
        @Override
        boolean wipeKeepsId() {
            return true;
        }
    }

    /** A wiped disk inherits the place of the one that was lost. */
    private static final class BindKeepsState extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            Decision decision = super.decide(image, command);
            if (!(command instanceof Command.Led(_, Command.BindNode(var id, String uri, var node))) || !(decision instanceof Decision.Accepted(var records))) return decision;
            boolean active = image.group(id).replicas().stream().anyMatch(replica -> replica.member().uri().equals(uri) && replica.state() == ReplicaState.ACTIVE);
            if (!active || records.isEmpty()) return decision;
            return new Decision.Accepted(List.of(records.getFirst(), new MetadataRecord.ReplicaMarked(id, new MemberImage(uri, node), ReplicaState.ACTIVE)));
        }
    }

    /** A restarted primary goes on in its epoch. */
    private static final class ResumeEpoch extends PlantedBug {
        @Override
        Standing onStart(Standing stored) {
            Standing.Place place = stored.place();
            if (place == null || stored.led().equals(Epoch.NONE)) return stored;
            var view = place.view();
            var older = new GroupView(
                    view.clusterId(), view.group(), view.primaryEpoch(), 0, view.version(), view.primary(), view.replicas(), view.coordinatorUri());
            return new Standing(new Standing.Place(older, place.uri()), stored.seen(), new Epoch(stored.led().value() - 1));
        }
    }

    /** Set changes compare the epoch alone. */
    private static final class NoVersion extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            return super.decide(image, switch (command) {
                case Command.MarkActive(var group, var member, var epoch, _) -> new Command.MarkActive(group, member, epoch, image.group(group).version());
                case Command.MarkStale(var group, var member, var epoch, _) -> new Command.MarkStale(group, member, epoch, image.group(group).version());
                default -> command;
            });
        }
    }

    /** The primary does not wait for a member whose MarkActive is on its way: it hears acknowledgements that nobody sent. */
    private static final class ProposeBeforeCounting extends PlantedBug {
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
            return List.of(event, new Event.Received(member, new Ack(leading.epoch(), streams.getOrDefault(node.address + member, 0L), last, last.next(), 0)));
        }
    }

    /** A committed LSN is obeyed whatever the entry there is. */
    private static final class CommitLsnUnmatched extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(_, Commit commit) && node.leading() == null) node.applyUpTo(Math.min(node.disk.durable(), commit.committed().value()));
            return List.of(event);
        }
    }

    /** A write id that is found in the log is answered before its entry is committed. */
    private static final class AnswerRetryFromLog extends PlantedBug {
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

    /** What write ids came to is lost with the process. */
    private static final class ForgetWriteId extends PlantedBug {
        @Override
        boolean forgetsResults() {
            return true;
        }
    }

    /** A new primary answers reads before it has applied what it inherited. */
    private static final class ReadBeforeInherited extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Read(long request, var fence, var consistency, long deadline) && node.leading() != null && consistency == Event.Consistency.DEFAULT
                    ? List.of(new Event.Read(request, fence, Event.Consistency.UNCONFIRMED, deadline))
                    : List.of(event);
        }
    }
}
