package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The streams of a primary, one to each other member that the metadata has met. Owned by one {@link Primary}. */
final class OutStreams {

    private final ReplicationSettings settings;
    private final MemberImage self;
    private final Fence fence;
    private final Map<MemberImage, OutStream> byMember = new LinkedHashMap<>();
    private long last;

    OutStreams(ReplicationSettings settings, MemberImage self, Fence fence) {
        this.settings = settings;
        this.self = self;
        this.fence = fence;
    }

    Collection<OutStream> all() {
        return byMember.values();
    }

    /** By address and node id: another node at the address is another member (rule 6). */
    @Nullable OutStream to(MemberImage member) {
        return byMember.get(member);
    }

    /** Greets who is new, and ends what leads to members that are none any more. */
    void follow(ShardGroupImage group, long now, Effects out) {
        var others = new LinkedHashSet<>(group.members());
        others.remove(self);
        others.removeIf(member -> !member.bound());
        for (MemberImage gone : List.copyOf(byMember.keySet())) {
            if (others.contains(gone)) continue;
            byMember.remove(gone);
            out.add(new Effect.StopShipping(gone));
        }
        for (MemberImage member : others) {
            if (byMember.containsKey(member)) continue;
            var stream = new OutStream(member, 0, now);
            byMember.put(member, stream);
            greet(stream, now, out);
        }
    }

    /** Up to where all of these have the log on disk. @param own the primary's own part of it */
    Lsn everywhere(Set<MemberImage> counted, Lsn own) {
        Lsn everywhere = own;
        for (MemberImage member : counted) {
            if (member.equals(self)) continue;
            OutStream stream = byMember.get(member);
            everywhere = EpochHistory.earlier(everywhere, stream == null ? Lsn.NONE : stream.durable());
        }
        return everywhere;
    }

    void tell(Lsn committed, Effects out) {
        for (OutStream stream : all()) {
            if (stream.running()) out.send(stream.member(), new Commit(fence, stream.number(), committed));
        }
    }

    /**
     * Greets anew who is silent, or waits for an entry that the log let go of: its report then shows that it needs files. Sends again what did
     * not come through.
     *
     * @param beat  whether a sign of life is due
     * @param first entry that the log still has
     */
    void keepUp(boolean beat, Lsn committed, Lsn first, Lsn end, long now, Effects out) {
        for (OutStream stream : all()) {
            boolean overtaken = stream.running() && stream.next().compareTo(first) < 0;
            if (overtaken || isSilent(stream, now)) greet(stream, now, out);
            else if (beat && stream.phase() != OutStream.Phase.GONE) out.send(stream.member(), new Commit(fence, stream.number(), committed));
            boolean stalls = stream.running() && stream.next().compareTo(end) <= 0 && now - stream.movedAt() >= settings.retry().toNanos();
            if (stalls) ship(stream, stream.next(), now, out);
        }
    }

    /** The log from there on; not the same part twice within the time for a retry, however often it is asked for. */
    void ship(OutStream stream, Lsn from, long now, Effects out) {
        if (stream.ships(from, now, settings.retry().toNanos())) out.add(new Effect.Ship(stream.member(), fence, stream.number(), from));
    }

    void stop(Effects out) {
        for (OutStream stream : all()) out.add(new Effect.StopShipping(stream.member()));
    }

    /** A running stream is given more time: a new one drops what it has of a large entry. */
    private boolean isSilent(OutStream stream, long now) {
        long silence = now - stream.heardAt();
        return switch (stream.phase()) {
            case GREETED, GONE -> silence >= settings.retry().toNanos();
            case RUNNING -> silence >= 2 * settings.replicationTimeout().toNanos();
            case TAKING_FILES -> silence >= settings.filesTimeout().toNanos();
        };
    }

    private void greet(OutStream stream, long now, Effects out) {
        if (stream.running()) out.add(new Effect.StopShipping(stream.member()));
        stream.greet(++last, now);
        out.send(stream.member(), new Hello(fence, stream.number(), stream.member()));
    }
}
