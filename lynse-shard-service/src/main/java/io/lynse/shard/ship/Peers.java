package io.lynse.shard.ship;

import io.lynse.metadata.MemberImage;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.MemberMessage;

/** How this member tells the others something. What they tell comes to {@link MemberDriver#received}. */
public interface Peers {

    /** Whoever tells. */
    record Introduction(String clusterId, ShardGroupId group, MemberImage self) {}

    /** Begins to connect, anew if nobody was there a moment ago, and does not wait. */
    Line open(Introduction introduction, MemberImage to, Events events);

    /** One connection. Messages arrive in order until it ends; then some may be lost. For use by one thread, but for {@link #isReady}. */
    interface Line {

        /** Whether another message would go out now; {@link Events#ready} follows when it turns true. */
        boolean isReady();

        void tell(MemberMessage message);

        void close();
    }

    /** Told by any thread. It must be quick. */
    interface Events {

        void ready();

        /**
         * Once, also of a line that never was connected.
         * @param refused whether the other machine said that nobody listens there
         * @param reason  for people
         */
        void ended(boolean refused, String reason);
    }
}
