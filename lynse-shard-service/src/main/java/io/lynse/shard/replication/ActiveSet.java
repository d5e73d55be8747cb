package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a primary waits for before it commits, itself included. It always contains whom the metadata calls active, because a
 * member is counted in before it is proposed, and left out only after the metadata is known to have left it out; while an
 * outcome is unknown the larger set stays (rule 2).
 *
 * @param counted each must have an entry on disk before it is committed
 * @param version of the group, as last read from the metadata
 * @param asked   the last change proposed on that version; null: none
 */
record ActiveSet(Set<MemberImage> counted, long version, @Nullable Change asked) {

    /** @param active whether the member is to become active, else stale */
    record Change(MemberImage member, boolean active) {}

    ActiveSet {
        counted = Collections.unmodifiableSet(new LinkedHashSet<>(counted));
    }

    boolean counts(MemberImage member) {
        return counted.contains(member);
    }

    /**
     * Proposes a change. Another one may be on its way on the same version: at most one of them is accepted, and until a higher
     * version is read the set is large enough for either.
     */
    ActiveSet asking(Change change) {
        if (!change.active()) return new ActiveSet(counted, version, change);
        var more = new LinkedHashSet<>(counted);
        more.add(change.member());
        return new ActiveSet(more, version, change);
    }

    /** The metadata was read. A higher version settles all that was proposed before; any other tells nothing. */
    ActiveSet learning(ShardGroupImage group) {
        if (group.version() <= version) return this;
        return new ActiveSet(new LinkedHashSet<>(group.activeMembers()), group.version(), null);
    }
}
