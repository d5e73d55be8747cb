package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mistakes of a follower, and of a node that starts. Around the real cores: what they hear or do is changed. */
final class FollowerBugs {

    private FollowerBugs() {}

    static final class AckBeforeFsync extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Received(_, Frame frame) && frame.last() ? List.of(event, new Event.Forced(frame.lsn())) : List.of(event);
        }
    }

    static final class ApplyBeforeCommit extends PlantedBug {
        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            var more = new ArrayList<>(effects);
            for (Effect effect : effects) {
                if (effect instanceof Effect.AppendFrame(Frame frame) && frame.last()) more.add(new Effect.Apply(frame.lsn()));
            }
            return more;
        }
    }

    /** A committed LSN is obeyed whatever the entry there is. */
    static final class CommitLsnUnmatched extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(_, Commit commit) && node.leading() == null) node.applyUpTo(Math.min(node.disk.durable(), commit.committed().value()));
            return List.of(event);
        }
    }

    /** A replica obeys a primary of any epoch: it hears an old one's messages as if they were of the newest, and answers it as if it knew none newer. */
    static final class NoEpochCheck extends PlantedBug {
        private final Map<String, Epoch> old = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (!(event instanceof Event.Received(MemberImage from, ReplicationMessage message))) return List.of(event);
            Epoch seen = node.disk.standing.seen();
            old.put(node.address + from, message.epoch());
            boolean older = message.epoch().compareTo(seen) < 0 && node.leading() == null;
            return List.of(older ? new Event.Received(from, under(seen, message)) : event);
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream()
                    .map(effect -> effect instanceof Effect.Send(MemberImage to, ReplicationMessage message) && node.leading() == null
                            ? new Effect.Send(to, under(old.getOrDefault(node.address + to, message.epoch()), message))
                            : effect)
                    .toList();
        }

        private static ReplicationMessage under(Epoch epoch, ReplicationMessage message) {
            var fence = new Fence(message.fence().group(), epoch);
            return switch (message) {
                case Hello(_, long stream, var to) -> new Hello(fence, stream, to);
                case Accept(_, long stream, Lsn keep) -> new Accept(fence, stream, keep);
                case Frame(_, long stream, Lsn lsn, Epoch entry, int index, boolean last, var id, var payload, Lsn committed) ->
                    new Frame(fence, stream, lsn, entry, index, last, id, payload, committed);
                case Commit(_, long stream, Lsn committed) -> new Commit(fence, stream, committed);
                case Report(_, long stream, var history, Lsn applied) -> new Report(fence, stream, history, applied);
                case Ack(_, long stream, Lsn durable, Lsn next, int frames) -> new Ack(fence, stream, durable, next, frames);
                default -> message;
            };
        }
    }

    /** A cut that comes late, or for the second time, is obeyed. */
    static final class LateTruncate extends PlantedBug {
        private final Map<String, Accept> obeyed = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (!(event instanceof Event.Received(_, Accept accept)) || node.leading() != null) return List.of(event);
            if (!accept.equals(obeyed.put(node.address, accept)) || accept.epoch().compareTo(node.disk.standing.seen()) < 0) return List.of(event);
            node.cut(Math.max(accept.keep().value(), node.applied()));
            return List.of();
        }
    }

    /** Files that were fetched for a stream that is over are installed. */
    static final class InstallOldFiles extends PlantedBug {
        private final Map<String, Long> stream = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(_, Hello hello) && hello.epoch().compareTo(node.disk.standing.seen()) >= 0) stream.put(node.address, hello.stream());
            if (!(event instanceof Event.FilesFetched files) || node.leading() != null || files.stream() == stream.getOrDefault(node.address, 0L)) return List.of(event);
            node.installFetched();
            return List.of();
        }
    }

    /** A restarted primary goes on in its epoch. */
    static final class ResumeEpoch extends PlantedBug {
        @Override
        Standing onStart(Standing stored) {
            Standing.Place place = stored.place();
            if (place == null || stored.led().equals(Epoch.NONE)) return stored;
            var view = place.view();
            var older = new GroupView(
                    view.clusterId(), view.group(), view.primaryEpoch(), 0, view.version(), view.primary(), view.replicas(), view.coordinatorUri(), view.owners(),
                    view.durability());
            return new Standing(new Standing.Place(older, place.uri()), stored.seen(), new Epoch(stored.led().value() - 1));
        }
    }

    /** The highest epoch seen is lost with the process. */
    static final class SeenEpochVolatile extends PlantedBug {
        @Override
        Standing onStart(Standing stored) {
            Standing.Place place = stored.place();
            if (place == null) return stored;
            var view = place.view();
            var forgotten = new GroupView(
                    view.clusterId(), view.group(), stored.led(), 0, 0, view.primary(), view.replicas(), view.coordinatorUri(), view.owners(), view.durability());
            return new Standing(new Standing.Place(forgotten, place.uri()), stored.led(), stored.led());
        }
    }

    /** What write ids came to is lost with the process. */
    static final class ForgetWriteId extends PlantedBug {
        @Override
        boolean forgetsResults() {
            return true;
        }
    }
}
