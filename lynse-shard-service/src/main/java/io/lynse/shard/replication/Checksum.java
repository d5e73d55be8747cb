package io.lynse.shard.replication;

/** What a member's applied rows sum up to, whatever their order in its files. The protocol compares by {@code equals} and never looks inside. */
public interface Checksum {}
