package io.lynse.tests.architecture.bad.shard.owner.raft;

public final class Transport {}
