package io.lynse.coordinator.health;

import io.lynse.coordinator.shardclient.NodeReport;

/** What one probe of one node brought, in both forms. Only silence counts against its health: every other state is one of its own. */
public sealed interface ProbeResult {

    record Answered(NodeReport report) implements ProbeResult {}

    /** The node's gRPC port does not answer, its HTTP port does. */
    record HttpOnly(String reason) implements ProbeResult {}

    /** The node answers, and will not talk to us: a wrong key, another version. */
    record Refused(String state, String reason) implements ProbeResult {}

    /** The machine refused a connection to both of the node's ports. */
    record NobodyListens(String reason) implements ProbeResult {}

    record Silent(String reason) implements ProbeResult {}

    default boolean alive() {
        return !(this instanceof Silent || this instanceof NobodyListens);
    }
}
