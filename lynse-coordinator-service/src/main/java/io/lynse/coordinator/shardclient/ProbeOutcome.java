package io.lynse.coordinator.shardclient;

/** What one probe by gRPC brought. */
public sealed interface ProbeOutcome {

    record Answered(NodeReport report) implements ProbeOutcome {}

    /** It answers, and will not talk to us. @param state {@code wrong_key} or {@code wrong_version} */
    record Refused(String state, String reason) implements ProbeOutcome {}

    /** @param refused whether the machine was reached, and nobody listens there */
    record NoAnswer(String reason, boolean refused) implements ProbeOutcome {}
}
