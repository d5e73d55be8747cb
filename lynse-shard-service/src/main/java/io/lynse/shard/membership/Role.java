package io.lynse.shard.membership;

import java.util.Locale;

/** What a node is. */
public enum Role {
    /** Never joined a cluster: its own authority. */
    STANDALONE,
    /** Its view names it as the primary, whether or not it may write already. */
    PRIMARY,
    REPLICA;

    /** As probes and metrics name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
