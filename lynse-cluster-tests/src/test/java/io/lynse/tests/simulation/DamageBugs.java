package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.model.Lsn;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Compare;
import io.lynse.shard.replication.ReplicationMessage.Damaged;
import io.lynse.shard.replication.ReplicationMessage.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mistakes about damaged copies. Around the real cores: what they hear or do is changed. */
final class DamageBugs {

    private DamageBugs() {}

    /** One member sums up the state that it has when it comes to it. */
    static final class SumAtAnotherLsn extends PlantedBug {
        @Override
        boolean sumsLate(SimNode node) {
            return node.address.equals("n2");
        }
    }

    /** Checksums are taken, and nobody holds them against each other. */
    static final class NeverCompared extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Received(_, Compare _) ? List.of() : List.of(event);
        }
    }

    /** A replica that differs from its primary takes itself for the wrong one. */
    static final class PrimaryIsRight extends PlantedBug {
        private final Map<String, Event.Summed> last = new HashMap<>();

        @Override
        List<Event> events(SimNode node, Event event) {
            if (event instanceof Event.Summed summed) last.put(node.address, summed);
            Event.Summed own = last.get(node.address);
            boolean differs = event instanceof Event.Received(_, Compare compare) && own != null && compare.lsn().equals(own.lsn()) && !compare.sum().equals(own.sum());
            return differs ? List.of(event, new Event.CopyDamaged(CopyState.DAMAGED, "the primary has another state")) : List.of(event);
        }
    }

    /** A member whose log is gone begins as if there had never been one. */
    static final class DamagedStaysActive extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.CopyDamaged damaged && damaged.state() == CopyState.LOST ? List.of() : List.of(event);
        }
    }

    /** A member that knows its copy damaged does not tell the primary. */
    static final class DamageUntold extends PlantedBug {
        @Override
        List<Effect> effects(SimNode node, List<Effect> effects) {
            return effects.stream().filter(effect -> !(effect instanceof Effect.Send(_, Damaged _))).toList();
        }
    }

    /** A member that takes files is counted in before it has them. */
    static final class CountedInBeforeRefilled extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            var leading = node.leading();
            boolean waits = leading != null && event instanceof Event.Received(MemberImage from, Damaged _) && !leading.counted().contains(from);
            if (!waits || !(event instanceof Event.Received(MemberImage from, Damaged(var fence, long stream)))) return List.of(event);
            var last = new Lsn(node.disk.last());
            return List.of(
                    new Event.Received(from, new Report(fence, stream, node.disk.found().history(), Lsn.NONE)),
                    new Event.Received(from, new Ack(fence, stream, last, last.next(), 0)));
        }
    }

    /** Files are installed as they come. */
    static final class InstallDamagedFiles extends PlantedBug {
        @Override
        boolean verifiesFiles() {
            return false;
        }
    }

    /** Failover does not ask what members know of their copies. */
    static final class CopiesTakenForWhole extends PlantedBug {
        private final boolean ofPrimaries;

        CopiesTakenForWhole(boolean ofPrimaries) {
            this.ofPrimaries = ofPrimaries;
        }

        @Override
        CopyState heard(CopyState copy, boolean leads) {
            return leads == ofPrimaries ? CopyState.WHOLE : copy;
        }
    }
}
