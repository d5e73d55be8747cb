package io.lynse.shard.membership;

import io.lynse.model.Epoch;
import io.lynse.model.NodeId;

/**
 * Everything a decision looks at.
 *
 * @param leading epoch this process writes in; {@link Epoch#NONE}: none. Not on disk: a restart leads nothing
 */
public record Situation(NodeId self, Standing standing, Epoch leading) {

    public static Situation started(NodeId self, Standing stored) {
        return new Situation(self, stored, Epoch.NONE);
    }

    /** Whether this process writes in that epoch. */
    public boolean leads(Epoch epoch) {
        return leading.equals(epoch) && !epoch.equals(Epoch.NONE);
    }
}
