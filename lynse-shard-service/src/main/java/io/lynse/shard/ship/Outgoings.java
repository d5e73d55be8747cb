package io.lynse.shard.ship;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.ReplicationMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What goes to the other members. For the driver's thread. */
final class Outgoings implements AutoCloseable {

    private final Function<MemberImage, Outgoing> begin;
    private final Map<MemberImage, Outgoing> byMember = new HashMap<>();

    Outgoings(Function<MemberImage, Outgoing> begin) {
        this.begin = begin;
    }

    void send(MemberImage to, ReplicationMessage message) {
        to(to).send(message);
    }

    void ship(MemberImage to, Fence fence, long stream, Lsn from) {
        to(to).ship(fence, stream, from);
    }

    void stopShipping(MemberImage to) {
        Outgoing out = byMember.get(to);
        if (out != null) out.stopShipping();
    }

    /** There is more in the log. */
    void grown() {
        byMember.values().forEach(Outgoing::grown);
    }

    /** Ends what goes to anybody else. */
    void keepOnly(List<MemberImage> members) {
        byMember.entrySet().removeIf(each -> {
            if (members.contains(each.getKey())) return false;
            each.getValue().close();
            return true;
        });
    }

    private Outgoing to(MemberImage member) {
        return byMember.computeIfAbsent(member, begin);
    }

    @Override
    public void close() {
        byMember.values().forEach(Outgoing::close);
        try {
            for (Outgoing out : byMember.values()) out.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
