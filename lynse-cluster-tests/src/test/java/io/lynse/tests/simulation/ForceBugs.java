package io.lynse.tests.simulation;

import io.lynse.coordinator.failover.ForcedPromotion;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.Lsn;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.List;

/** Mistakes about promotions by force. Around the real cores: what they hear or do is changed. */
final class ForceBugs {

    private ForceBugs() {}

    /** A promotion by force goes on in the epoch of the primary that it replaces. */
    static final class ForceKeepsEpoch extends PlantedBug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            Decision decision = super.decide(image, command);
            if (!(command instanceof Command.Led(_, Command.ForcePromote(var id, _, var expected, _)))) return decision;
            if (!(decision instanceof Decision.Accepted(var records)) || !(records.getFirst() instanceof MetadataRecord.PrimaryPromoted(_, var primary, _, var others))) return decision;
            return new Decision.Accepted(List.of(new MetadataRecord.PrimaryPromoted(id, primary, expected, others)));
        }
    }

    /** The operator is told of success before the members are told of the promotion. */
    static final class ForceUntold extends PlantedBug {
        @Override
        boolean isKnownToAll(ForcedPromotion forced) {
            return true;
        }
    }

    /** A member keeps what it has applied and its new primary never had. */
    static final class LostPartStays extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Received(MemberImage from, Report report)
                    ? List.of(new Event.Received(from, new Report(report.fence(), report.stream(), report.history(), Lsn.NONE)))
                    : List.of(event);
        }
    }
}
