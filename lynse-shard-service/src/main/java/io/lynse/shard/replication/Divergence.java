package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members whose state differs from the primary's, though all have what was written and none is outvoted. A person decides whose
 * copy is given up.
 *
 * @param lsn where it was seen last
 */
public record Divergence(Lsn lsn, Set<MemberImage> with) {

    public Divergence {
        with = Collections.unmodifiableSet(new LinkedHashSet<>(with));
    }

    @Nullable Divergence without(MemberImage member) {
        var fewer = new LinkedHashSet<>(with);
        fewer.remove(member);
        return fewer.isEmpty() ? null : new Divergence(lsn, fewer);
    }
}
