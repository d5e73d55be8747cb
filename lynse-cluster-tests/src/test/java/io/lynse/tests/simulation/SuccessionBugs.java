package io.lynse.tests.simulation;

import io.lynse.error.LynseError;
import io.lynse.model.Epoch;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import java.time.Duration;
import java.util.List;

/** Mistakes when one primary's time is over and another's begins. Around the real cores: what they hear or do is changed. */
final class SuccessionBugs {

    private SuccessionBugs() {}

    /** A new primary begins with what is known to be committed, and cuts the rest. */
    static final class CutInDoubtTail extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            if (!(event instanceof Event.ViewSeen(var view, String uri)) || node.leading() != null || node.disk.last() == node.applied()) return List.of(event);
            if (!view.primary().is(uri, node.disk.node) || view.primaryEpoch().compareTo(node.disk.standing.led()) <= 0) return List.of(event);
            node.cut(node.applied());
            return List.of();
        }
    }

    /** A write that was appended and not confirmed, in time or before its primary stepped down, is said to be refused. */
    static final class TimeoutIsRefusal extends PlantedBug {
        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream()
                    .map(effect -> effect instanceof Effect.Reply(long request, Answer.Unknown(String reason))
                            ? new Effect.Reply(request, new Answer.Refused(new LynseError.Unavailable(reason, Duration.ofSeconds(1))))
                            : effect)
                    .toList();
        }
    }

    /** A primary hears nothing of later epochs, and never steps down. */
    static final class DeposedLeadsOn extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            MemberCore.ActiveMembers leading = node.leading();
            if (leading == null) return List.of(event);
            Epoch told = switch (event) {
                case Event.ViewSeen(var view, _) -> view.primaryEpoch();
                case Event.Received(_, var message) -> message.epoch();
                case Event.GroupRead(var group) -> group.epoch();
                case Event.Write write -> write.fence().epoch();
                case Event.Read read -> read.fence().epoch();
                default -> leading.epoch();
            };
            return told.compareTo(leading.epoch()) > 0 ? List.of() : List.of(event);
        }
    }
}
