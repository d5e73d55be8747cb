package io.lynse.coordinator.health;

import io.lynse.model.ShardGroupId;

/** The other coordinators. Nothing here blocks; a message may get lost, and whoever needs the answer asks again. */
public interface Peers {

    /** What coordinators tell each other. */
    sealed interface Message {

        ShardGroupId group();

        /** For the watch over the group: {@code Suspected}, {@code Asked}, {@code MetByOther} or {@code ReachedByOther}. */
        record ForWatch(ShardGroupId group, GroupWatch.Event event) implements Message {}

        /** The group may not hold what is declared. */
        record Doubted(ShardGroupId group) implements Message {}
    }

    /** Nobody is told where this coordinator leads itself, or nobody does. */
    void toLeader(Message message);

    void toOthers(Message message);

    /** @param uri of a coordinator, as it gave it with what it asked; one that is none of those registered is told nothing */
    void to(String uri, Message message);
}
