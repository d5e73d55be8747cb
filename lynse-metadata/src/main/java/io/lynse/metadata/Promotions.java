package io.lynse.metadata;

import io.lynse.error.LynseError;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;

/** Who may become primary, and what becomes of the others. */
final class Promotions {

    enum Kind {
        /** The old primary is gone: what it may acknowledge from now on nobody waits for, so it is stale. */
        FAILOVER,
        /** The old primary handed over and has every acknowledged write: it stays active. */
        PLANNED,
        /** An operator's: the new primary may lack acknowledged writes, so nobody else's copy is worth anything. */
        FORCED
    }

    private Promotions() {}

    /**
     * @param expected the epoch that the proposer decided on
     * @param seen     the highest epoch the candidate has seen, which the new one exceeds
     */
    static Decision decide(ClusterImage image, ShardGroupId id, MemberImage candidate, Epoch expected, Epoch seen, Kind kind) {
        ShardGroupImage group = image.groups().get(id);
        if (group == null) return Decision.refused(new LynseError.NotFound("shard group", id.value()));
        if (!group.epoch().equals(expected)) return Decision.refused(new LynseError.StaleEpoch(expected, group.epoch()));
        List<MemberImage> eligible = kind == Kind.FORCED ? group.members() : group.activeMembers();
        if (!candidate.bound() || !eligible.contains(candidate)) {
            return Decision.refused(new LynseError.Conflict(
                    candidate + " is no " + (kind == Kind.FORCED ? "" : "active ") + "member of shard group " + id));
        }
        Epoch next = (seen.compareTo(group.epoch()) > 0 ? seen : group.epoch()).next();
        return Decision.accepted(new MetadataRecord.PrimaryPromoted(id, candidate, next, others(group, candidate, kind)));
    }

    private static List<ReplicaImage> others(ShardGroupImage group, MemberImage candidate, Kind kind) {
        var others = new ArrayList<ReplicaImage>();
        for (ReplicaImage replica : group.replicas()) {
            if (replica.member().equals(candidate)) continue;
            others.add(kind == Kind.FORCED ? new ReplicaImage(replica.member(), ReplicaState.STALE) : replica);
        }
        if (!candidate.equals(group.primary())) {
            others.add(new ReplicaImage(group.primary(), kind == Kind.PLANNED ? ReplicaState.ACTIVE : ReplicaState.STALE));
        }
        return others;
    }
}
