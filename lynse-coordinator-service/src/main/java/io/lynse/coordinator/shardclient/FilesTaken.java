package io.lynse.coordinator.shardclient;

/**
 * How far a node's copy by the files of its primary is.
 *
 * @param phase      {@code fetching}, {@code verifying}, {@code fetched}
 * @param bytesTotal of the checkpoint; 0: its list has not come
 * @param trouble    why nothing comes just now, for people; empty: nothing
 */
public record FilesTaken(String phase, long bytesDone, long bytesTotal, String trouble) {

    static FilesTaken of(io.lynse.wire.v1.FilesTaken told) {
        return new FilesTaken(told.getPhase(), told.getBytesDone(), told.getBytesTotal(), told.getTrouble());
    }
}
