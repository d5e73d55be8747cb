package io.lynse.shard.owner;

import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.ProposeReply;

/** What became of a proposal at this owner. */
public sealed interface Proposed {

    /** It is in the log of the group for good, and this is its result. */
    record Decided(ProposeReply reply) implements Proposed {}

    /** This owner does not lead and did nothing: that one leads. */
    record Elsewhere(Owner leader) implements Proposed {}
}
