package io.lynse.tests.simulation;

import io.lynse.shard.replication.Event;
import java.util.List;
import java.util.Optional;

/** Mistakes of whoever answers reads. Around the real cores: what they hear is changed. */
final class ReadBugs {

    private ReadBugs() {}

    /** A new primary answers reads before it has applied what it inherited. */
    static final class ReadBeforeInherited extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Read(long request, var fence, var consistency, long deadline) && node.leading() != null && consistency == Event.Consistency.DEFAULT
                    ? List.of(new Event.Read(request, fence, Event.Consistency.UNCONFIRMED, deadline))
                    : List.of(event);
        }
    }

    /** A primary answers reads of strong consistency from what it knows. */
    static final class StrongReadUnconfirmed extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Read(long request, var fence, var consistency, long deadline) && consistency == Event.Consistency.STRONG
                    ? List.of(new Event.Read(request, fence, Event.Consistency.DEFAULT, deadline))
                    : List.of(event);
        }
    }

    /** A coordinator that got no answer confirmed waits for no promotion. */
    static final class UnconfirmedTooSoon extends PlantedBug {
        @Override
        Optional<String> whyNoPromotion(Optional<String> reason) {
            return Optional.of("the primary does not answer");
        }
    }

    /** An answer that nobody confirmed looks like any other. */
    static final class UnconfirmedUntold extends PlantedBug {
        @Override
        String toldUnconfirmed(String reason) {
            return "";
        }
    }

    /** A replica answers reads without a word of its primary. */
    static final class ReadUnconfirmed extends PlantedBug {
        @Override
        List<Event> events(SimNode node, Event event) {
            return event instanceof Event.Read(long request, var fence, Event.Consistency _, long deadline) && node.leading() == null
                    ? List.of(new Event.Read(request, fence, Event.Consistency.UNCONFIRMED, deadline))
                    : List.of(event);
        }
    }
}
