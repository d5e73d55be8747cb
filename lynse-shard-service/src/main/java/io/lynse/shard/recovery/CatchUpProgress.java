package io.lynse.shard.recovery;

import java.util.Locale;

/**
 * How far a copy by files is.
 *
 * @param bytesDone  that lie aside
 * @param bytesTotal of the checkpoint; 0: its list has not come
 * @param trouble    why nothing comes just now, for people; empty: nothing
 */
public record CatchUpProgress(Phase phase, long bytesDone, long bytesTotal, String trouble) {

    public static final CatchUpProgress NONE = new CatchUpProgress(Phase.NONE, 0, 0, "");

    public enum Phase {
        /** No copy is on its way. */
        NONE,
        FETCHING,
        /** All of it is here, and is being read. */
        VERIFYING,
        /** It waits to be installed, or is. */
        FETCHED;

        /** As it travels, and as people read it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
