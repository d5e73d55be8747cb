package io.lynse.coordinator.health;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@link Peers} that are not there, and what they were told. */
public final class HeardPeers implements Peers {

    /** @param to {@code leader}, {@code others} or an address */
    public record Told(String to, Message message) {}

    private final List<Told> told = new CopyOnWriteArrayList<>();

    public List<Told> told() {
        return told;
    }

    @Override
    public void toLeader(Message message) {
        told.add(new Told("leader", message));
    }

    @Override
    public void toOthers(Message message) {
        told.add(new Told("others", message));
    }

    @Override
    public void to(String uri, Message message) {
        told.add(new Told(uri, message));
    }
}
