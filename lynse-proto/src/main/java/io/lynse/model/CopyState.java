package io.lynse.model;

/** What a member knows of its own copy of a shard group's data. */
public enum CopyState {
    /** Nothing is known to be wrong with it. */
    WHOLE("whole"),
    /** Some of it is not what was written. The log is: entries can be added and applied, and the rest can be read. */
    DAMAGED("damaged"),
    /** The log or the catalog is not what was written: nothing can be served from it. */
    LOST("lost"),
    /** A force failed. What is on disk behind the one before nobody knows until the process has started again; nothing is served meanwhile. */
    UNCERTAIN("uncertain");

    private final String text;

    CopyState(String text) {
        this.text = text;
    }

    /** The name on the wire and on status pages. */
    public String text() {
        return text;
    }

    /** @param text as {@link #text}; any other, an older node's silence too, is no damage */
    public static CopyState named(String text) {
        for (CopyState state : values()) {
            if (state.text.equals(text)) return state;
        }
        return WHOLE;
    }
}
