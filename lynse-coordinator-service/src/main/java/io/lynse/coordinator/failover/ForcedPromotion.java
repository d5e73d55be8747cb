package io.lynse.coordinator.failover;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An operator's promotion that the metadata has accepted, while the members are told. The chosen member is in nobody's set, so those of the
 * epoch before go on acknowledging among themselves until they know, and all of that is lost, too. The operator hears of success when
 * every member has said that it knows, or which have not.
 *
 * @param unconfirmed members that may still acknowledge in an epoch before
 */
public record ForcedPromotion(ShardGroupId group, MemberImage primary, Epoch epoch, Set<MemberImage> unconfirmed) {

    public ForcedPromotion {
        unconfirmed = Collections.unmodifiableSet(new LinkedHashSet<>(unconfirmed));
    }

    /** @param after the group as the promotion left it */
    public static ForcedPromotion of(ShardGroupImage after) {
        List<MemberImage> met = after.members().stream().filter(MemberImage::bound).toList();
        return new ForcedPromotion(after.id(), after.primary(), after.epoch(), new LinkedHashSet<>(met));
    }

    /** @param seen the highest epoch which that member, address and node id, has on its disk */
    public ForcedPromotion told(MemberImage member, Epoch seen) {
        if (seen.compareTo(epoch) < 0) return this;
        var left = new LinkedHashSet<>(unconfirmed);
        left.remove(member);
        return new ForcedPromotion(group, primary, epoch, left);
    }

    public boolean isKnownToAll() {
        return unconfirmed.isEmpty();
    }

    /** One line for the audit. */
    public String audit() {
        String done = "shard group " + group + ": " + primary + " was promoted to epoch " + epoch + " by force; what it lacks is lost";
        if (isKnownToAll()) return done;
        var silent = unconfirmed.stream().map(MemberImage::toString).collect(Collectors.toCollection(TreeSet::new));
        return done + ", and so is what these acknowledge before they hear of it: " + String.join(", ", silent);
    }
}
