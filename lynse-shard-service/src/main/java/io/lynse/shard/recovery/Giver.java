package io.lynse.shard.recovery;

import io.lynse.engine.copy.CheckpointList;
import io.lynse.engine.copy.IncomingFiles.Missing;
import java.nio.ByteBuffer;
import java.util.List;

/** Another member, whose checkpoint this node takes. All calls wait, and fail with LynseException: NotFound where it holds the checkpoint no longer. */
public interface Giver {

    /** What it holds for this node. @param id of the checkpoint */
    record Held(String id, CheckpointList list) {}

    /** Takes the pieces of files, in order. */
    interface Pieces {
        /** @param piece position to limit, valid until this returns */
        void take(int file, long offset, ByteBuffer piece);
    }

    /**
     * Has it hold a checkpoint.
     *
     * @param anew not the one that it holds already
     * @throws IllegalArgumentException if what it says is no checkpoint
     */
    Held hold(boolean anew);

    /** Fetches parts of files. May end early; what was taken counts all the same. @param wanted together at most {@link FileFetch#BYTES_AT_ONCE} */
    void fetch(String id, List<Missing> wanted, Pieces pieces);

    /** This node is busy with what it has. */
    void keep(String id);

    /** This node wants nothing more of it. */
    void release(String id);
}
