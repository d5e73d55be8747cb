package io.lynse.engine;

/** Who says which entries of the log are committed, and so may be applied. Kept on disk: an engine opens with the rule it had. */
public sealed interface CommitRule {

    /** A node that is its own authority: what is durable here is committed. How every new data directory begins. */
    record WhenDurable() implements CommitRule {}

    /** A member of a shard group: what {@link ReplicatedLog#commitUpTo} said is committed, as far as it is durable here. */
    record WhenTold() implements CommitRule {}
}
