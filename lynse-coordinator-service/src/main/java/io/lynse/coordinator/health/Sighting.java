package io.lynse.coordinator.health;

import io.lynse.coordinator.failover.MemberReport;
import io.lynse.model.NodeId;

/** What one probe of one member's address brought, as far as the failover needs it. */
public sealed interface Sighting {

    /** @param node who answers there, member or not */
    record Met(NodeId node, MemberReport report) implements Sighting {}

    /** Somebody answers, and cannot be talked to: a wrong key, another version, a closed gRPC port. Never a reason to promote another. */
    record Odd(String reason) implements Sighting {}

    /** The machine is reached, and no process listens at either of its ports. */
    record Refused(String reason) implements Sighting {}

    record Silent(String reason) implements Sighting {}

    /** Whether it counts for the node's health: every answer is one, whatever it says. */
    default boolean alive() {
        return this instanceof Met || this instanceof Odd;
    }
}
