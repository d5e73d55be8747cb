package io.lynse.engine.log;

import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.time.Duration;

/** Somebody's need of the entries from one on. */
public sealed interface Claim {

    /** The first entry that is needed. */
    Lsn from();

    /** What the files of the last checkpoint lack: a restart needs it. */
    record Checkpoint(Lsn from) implements Claim {}

    /** What a follower has not confirmed. */
    record Follower(NodeId member, Lsn from) implements Claim {}

    /**
     * What a {@link LogPin} was made for.
     *
     * @param owner  who, for people
     * @param reason what for, for people
     */
    record Pin(String owner, String reason, Lsn from, Duration age) implements Claim {}
}
