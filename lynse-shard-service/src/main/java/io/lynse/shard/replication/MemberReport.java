package io.lynse.shard.replication;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Role;
import java.time.Duration;

/**
 * What a member says of itself to a probe.
 *
 * @param leads      whether it writes in its view's epoch, now
 * @param seen       highest epoch it has seen
 * @param led        highest epoch it has led
 * @param lastEpoch  epoch of its last entry
 * @param last       end of its log
 * @param applied    everything up to here is applied
 * @param silence    since it last heard the primary of its epoch; of a primary: zero. Since its start, if it never heard it
 * @param refused    whether that primary's machine has refused a connection since: no process listens there
 * @param handedOver a switchover may take place now: all is committed, and nothing more is taken
 * @param trouble    why it does not lead, or cannot; empty: nothing
 */
public record MemberReport(
        Role role,
        boolean leads,
        Epoch seen,
        Epoch led,
        Epoch lastEpoch,
        Lsn last,
        Lsn applied,
        Duration silence,
        boolean refused,
        boolean handedOver,
        String trouble) {}
