package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import java.util.ArrayList;
import java.util.List;

/** Collects the effects of one event, in order. */
final class Effects {

    private final List<Effect> all = new ArrayList<>();

    void add(Effect effect) {
        all.add(effect);
    }

    void send(MemberImage to, ReplicationMessage message) {
        all.add(new Effect.Send(to, message));
    }

    void reply(long request, Answer answer) {
        all.add(new Effect.Reply(request, answer));
    }

    List<Effect> all() {
        return List.copyOf(all);
    }
}
