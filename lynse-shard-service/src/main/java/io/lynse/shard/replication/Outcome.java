package io.lynse.shard.replication;

/** What applying an entry came to, a refusal included. The protocol remembers it by write id and never looks inside. */
public interface Outcome {}
