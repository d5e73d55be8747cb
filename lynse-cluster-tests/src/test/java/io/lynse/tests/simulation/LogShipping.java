package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** A primary's entries on their way to its followers, in frames, from where each stream begins. */
final class LogShipping {

    private record Cursor(Fence fence, long stream, long next) {}

    private final Simulation simulation;
    private final SimNode node;
    private final Map<MemberImage, Cursor> cursors = new LinkedHashMap<>();

    LogShipping(Simulation simulation, SimNode node) {
        this.simulation = simulation;
        this.node = node;
    }

    void begin(MemberImage to, Fence fence, long stream, Lsn from) {
        cursors.put(to, new Cursor(fence, stream, from.value()));
        pump(to);
    }

    void stop(MemberImage to) {
        cursors.remove(to);
    }

    void pumpAll() {
        for (MemberImage to : new ArrayList<>(cursors.keySet())) pump(to);
    }

    private void pump(MemberImage to) {
        Cursor cursor = cursors.get(to);
        MemberCore.ActiveMembers leading = node.leading();
        if (cursor == null || leading == null) return;
        long next = cursor.next;
        if (next < node.disk.first()) return; // let go of: whoever waits for it needs files
        for (; node.disk.has(next); next++) {
            SimEntry entry = node.disk.entry(next);
            for (int index = 0; index < entry.frames(); index++) {
                var frame = new Frame(cursor.fence, cursor.stream, new Lsn(next), entry.epoch(), index, index == entry.frames() - 1,
                        entry.sentId(), entry.change(), leading.committed());
                MemberImage from = node.identity();
                simulation.toNode(node.address, to.uri(), receiver -> receiver.receive(from, frame));
            }
        }
        cursors.put(to, new Cursor(cursor.fence, cursor.stream, next));
    }
}
