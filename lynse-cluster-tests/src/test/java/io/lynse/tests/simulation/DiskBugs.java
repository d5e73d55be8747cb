package io.lynse.tests.simulation;

import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mistakes about disks: whose they are, and what may be believed of them. Around the real cores: what they hear or do is changed. */
final class DiskBugs {

    private DiskBugs() {}

    static final class WipeKeepsId extends PlantedBug {
        @Override
        boolean wipeKeepsId() {
            return true;
        }
    }

    /** A node is at the address that its disk names, wherever it is: on a copy of a disk it takes itself for the other node. */
    static final class CopyTakesPlace extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            Standing.Place place = node.disk.standing.place();
            return place != null && event instanceof Event.ViewSeen(var view, _) ? List.of(new Event.ViewSeen(view, place.uri())) : List.of(event);
        }
    }

    /** A primary goes on counting a member whose disk has lost what the member acknowledged. */
    static final class TrustOldDisk extends PlantedBug {
        private final Map<String, Report> heard = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Received(MemberImage from, Report report)) heard.put(node.address + from, report);
            else heard.clear();
            return List.of(event);
        }

        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream().map(effect -> trusting(node, effect)).toList();
        }

        private Effect trusting(SimNode node, Effect effect) {
            if (!(effect instanceof Effect.Propose(Command.MarkStale stale))) return effect;
            Report report = heard.get(node.address + stale.member());
            MemberCore.ActiveMembers leading = node.leading();
            if (report == null || leading == null) return effect;
            Lsn last = report.history().last(); // an older copy of its own disk is the beginning of this log
            return last.compareTo(leading.committed()) < 0 ? new Effect.Send(stale.member(), new Accept(report.fence(), report.stream(), last)) : effect;
        }
    }

    /** A force that failed is asked for again, and succeeds: the pages that were lost with the first one are not there. */
    static final class RetryForce extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.DiskFailed ? List.of(new Event.Forced(new Lsn(node.disk.last()))) : List.of(event);
        }
    }
}
