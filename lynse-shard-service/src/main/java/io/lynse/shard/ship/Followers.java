package io.lynse.shard.ship;

import io.lynse.engine.ReplicatedLog;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.util.HashSet;
import java.util.Set;

/** For whom a primary's log is kept. For the driver's thread. */
final class Followers {

    private final ReplicatedLog log;
    private final Set<NodeId> registered = new HashSet<>();
    private Epoch leading = Epoch.NONE;

    Followers(ReplicatedLog log) {
        this.log = log;
    }

    /** Greeted, or sent entries, as a member of this group. */
    void register(MemberImage member) {
        NodeId node = member.nodeId();
        if (node != null && registered.add(node)) log.register(node);
    }

    /** It has everything up to there on disk, reconciled in the epoch that is led here. */
    void confirmed(MemberImage member, Lsn durable) {
        NodeId node = member.nodeId();
        if (node != null && registered.contains(node)) log.confirmed(node, durable);
    }

    /** Of an epoch that is over nobody has confirmed anything. */
    void under(Epoch led) {
        if (led.equals(leading)) return;
        leading = led;
        registered.forEach(log::forget);
        registered.clear();
    }
}
