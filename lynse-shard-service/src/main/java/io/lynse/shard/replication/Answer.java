package io.lynse.shard.replication;

import io.lynse.error.LynseError;
import io.lynse.model.Lsn;

/** How a client's request ends (DESIGN 4.1, definite and unknown answers). */
public sealed interface Answer {

    /** The entry is committed and applied. */
    record Written(Lsn lsn, Outcome outcome) implements Answer {}

    /** Appended, and not known to be committed: it may be found later. */
    record Unknown(String reason) implements Answer {}

    /** Never appended, and never found later. Also of a read that is not served here. */
    record Refused(LynseError error) implements Answer {}

    /** Everything up to {@code applied} may be read now. */
    record Readable(Lsn applied) implements Answer {}
}
