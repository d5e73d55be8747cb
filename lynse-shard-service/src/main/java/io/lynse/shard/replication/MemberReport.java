package io.lynse.shard.replication;

import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
 * @param copy       what it knows of its own copy
 * @param divergence of a primary: members whose state is another one, and nobody can tell whose is right; null: none
 * @param trouble    why it does not lead, or should not; empty: nothing
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
        CopyState copy,
        @Nullable Divergence divergence,
        String trouble) {}
