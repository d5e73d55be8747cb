package io.lynse.tests.simulation;

import io.lynse.coordinator.failover.FailoverDecision;
import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.Sighting;
import io.lynse.coordinator.lease.LeaseCore;
import io.lynse.coordinator.routing.WriteAttempts;
import io.lynse.coordinator.write.PartOutcome;
import io.lynse.error.LynseError;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mistakes of the metadata and of coordinators. Around the real cores: what they hear or do is changed. */
final class ClusterBugs {

    private ClusterBugs() {}

    static final class PromoteStale extends PlantedBug {
        private final Map<String, Sighting.Met> met = new HashMap<>();

        /** Whoever answers is taken, where the right policy promotes another or waits. */
        @Override
        List<GroupWatch.Action> actions(GroupWatch watch, ShardGroupImage group, GroupWatch.Event event, List<GroupWatch.Action> actions) {
            if (event instanceof GroupWatch.Event.Probed(String uri, Sighting sighting)) {
                if (sighting instanceof Sighting.Met answer) met.put(uri, answer);
                else met.remove(uri);
            }
            return actions.stream().map(action -> action instanceof GroupWatch.Action.Lead || action instanceof GroupWatch.Action.AskOthers ? anyone(group, action) : action).toList();
        }

        private GroupWatch.Action anyone(ShardGroupImage group, GroupWatch.Action right) {
            for (MemberImage member : group.members()) {
                Sighting.Met answer = met.get(member.uri());
                if (answer == null || !member.is(answer.node())) continue;
                return new GroupWatch.Action.Lead(new FailoverDecision.Promote(group.id(), member, group.epoch(), answer.report().seen(), false));
            }
            return right;
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

    /** Who has nobody beside it need not be promoted when it comes back. */
    static final class AloneNotPromoted extends PlantedBug {
        @Override
        List<GroupWatch.Action> actions(GroupWatch watch, ShardGroupImage group, GroupWatch.Event event, List<GroupWatch.Action> actions) {
            return group.replicas().isEmpty() ? actions.stream().filter(action -> !(action instanceof GroupWatch.Action.Lead)).toList() : actions;
        }
    }

    /** A wiped disk inherits the place of the one that was lost. */
    static final class BindKeepsState extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            Decision decision = super.decide(image, command);
            if (!(command instanceof Command.Led(_, Command.BindNode(var id, String uri, var node))) || !(decision instanceof Decision.Accepted(var records))) return decision;
            boolean active = image.group(id).replicas().stream().anyMatch(replica -> replica.member().uri().equals(uri) && replica.state() == ReplicaState.ACTIVE);
            if (!active || records.isEmpty()) return decision;
            return new Decision.Accepted(List.of(records.getFirst(), new MetadataRecord.ReplicaMarked(id, new MemberImage(uri, node), ReplicaState.ACTIVE)));
        }
    }

    /** Set changes compare the epoch alone. */
    static final class NoVersion extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            return super.decide(image, switch (command) {
                case Command.MarkActive(var group, var member, var epoch, _) -> new Command.MarkActive(group, member, epoch, image.group(group).version());
                case Command.MarkStale(var group, var member, var epoch, _) -> new Command.MarkStale(group, member, epoch, image.group(group).version());
                default -> command;
            });
        }
    }

    /** A takeover of the lease compares the lease epoch alone. */
    static final class TakeoverWithoutCount extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            return super.decide(image, command instanceof Command.AcquireLease(var holder, var seen, _) ? new Command.AcquireLease(holder, seen, image.lease().renewals()) : command);
        }
    }

    static final class NoMargin extends PlantedBug {
        @Override
        LeaseCore.Settings lease(LeaseCore.Settings settings) {
            return new LeaseCore.Settings(settings.duration(), Duration.ZERO, settings.renewal());
        }
    }

    static final class CountFromReply extends PlantedBug {
        @Override
        boolean countsFromReply() {
            return true;
        }
    }

    /** Commands carry the lease epoch, and nobody looks. */
    static final class NoFence extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            return super.decide(image, command instanceof Command.Led(_, Command led) ? new Command.Led(image.lease().epoch(), led) : command);
        }
    }

    /** A lease is measured by a clock that is set forward and back. */
    static final class LeaseByWallClock extends PlantedBug {
        @Override
        boolean leaseByWallClock() {
            return true;
        }
    }

    /** A client is told of success when one group has taken its part. */
    static final class PartIsWhole extends PlantedBug {
        @Override
        Optional<LynseError> verdict(List<PartOutcome> outcomes, Ids ids) {
            return super.verdict(outcomes, ids).filter(error -> !(error instanceof LynseError.PartialWrite));
        }
    }

    /** A view is pushed once, and never shown again. */
    static final class LoseViewChange extends PlantedBug {
        @Override
        boolean probesCarryViews() {
            return false;
        }
    }

    /** A retry is a new request to the group. */
    static final class RetryUnderNewId extends PlantedBug {
        @Override
        WriteId retried(WriteId id, int attempt) {
            return new WriteId(id.high(), id.low() + 1_000_000_000L * (attempt - 1));
        }
    }

    /** A refusal makes definite what an attempt before had left open. */
    static final class UnknownMadeDefinite extends PlantedBug {
        @Override
        WriteAttempts unanswered(WriteAttempts attempts) {
            return attempts;
        }
    }

    /** A dead process is found out as slowly as a silent one. */
    static final class SlowToLook extends PlantedBug {
        @Override
        boolean looksAtOnce() {
            return false;
        }
    }

    /** A leader that reaches nobody stays leader. */
    static final class NeverGiveUp extends PlantedBug {
        @Override
        boolean givesUp() {
            return false;
        }
    }
}
