package io.lynse.shard.ship;

import io.lynse.engine.ReplicatedLog;
import io.lynse.engine.log.EntryAppender;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import org.jspecify.annotations.Nullable;

/** The entry that a follower is just taking, frame by frame. While it is open nobody else can append. For one thread. */
final class OpenEntry {

    private final ReplicatedLog log;
    private @Nullable EntryAppender open;

    OpenEntry(ReplicatedLog log) {
        this.log = log;
    }

    /**
     * Takes the next frame. Waits for room in memory.
     * @throws IllegalStateException if it does not continue what is here, or ends the entry early
     */
    void take(Frame frame) {
        if (!(frame.payload() instanceof EntryPart part)) throw new IllegalStateException("not a part of an entry: " + frame.payload());
        if (frame.index() == 0) {
            drop();
            open = log.begin(frame.lsn(), frame.entryEpoch(), part.type(), part.version(), part.entryBytes());
        }
        EntryAppender entry = open;
        if (entry == null) throw new IllegalStateException("frame " + frame.index() + " of entry " + frame.lsn() + " continues nothing");
        entry.add(part.bytes());
        boolean complete = entry.bytes() == part.entryBytes();
        if (complete != frame.last()) throw new IllegalStateException("entry " + frame.lsn() + " is not as long as it says: " + part.entryBytes() + " bytes");
        if (complete) open = null;
    }

    /** Gives up what is not complete: it never was. Waits for the disk. */
    void drop() {
        EntryAppender half = open;
        open = null;
        if (half != null) half.close();
    }
}
