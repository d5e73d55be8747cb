package io.lynse.shard.replication;

/** Content of an entry, or of one frame of it. The protocol passes it on and never looks inside. */
public interface Payload {}
