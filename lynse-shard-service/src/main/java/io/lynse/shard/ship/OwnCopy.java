package io.lynse.shard.ship;

import io.lynse.engine.ReplicatedLog;

/** What goes with one log: another one takes its place when files are installed, and nothing of this counts then. For the driver's thread, but for the log. */
record OwnCopy(ReplicatedLog log, OpenEntry open, Followers followers) {

    static OwnCopy of(ReplicatedLog log) {
        return new OwnCopy(log, new OpenEntry(log), new Followers(log));
    }
}
