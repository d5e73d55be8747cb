package io.lynse.tests.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Carries messages late, doubled, out of order or not at all, and refuses connections to processes that are gone. */
final class Network {

    private static final long LATENCY_MIN = 100_000;
    private static final long LATENCY_MAX = 2 * World.MILLI;

    private record Link(String from, String to) {}

    private final World world;
    private final Chance chance;
    private final Set<Link> cut = new HashSet<>();
    private final Map<Link, Long> lastDelivery = new HashMap<>();
    private final Map<String, Process> processes = new HashMap<>();
    private double loss;
    private double doubling;
    private double reordering;

    /** Whether a process listens. */
    interface Process {
        boolean listens();
    }

    Network(World world) {
        this.world = world;
        chance = world.chance("network");
    }

    void listen(String address, Process process) {
        processes.put(address, process);
    }

    void misbehave(double loss, double doubling, double reordering) {
        this.loss = loss;
        this.doubling = doubling;
        this.reordering = reordering;
    }

    void cut(String from, String to) {
        cut.add(new Link(from, to));
    }

    void heal(String from, String to) {
        cut.remove(new Link(from, to));
    }

    void healAll() {
        cut.clear();
        misbehave(0, 0, 0);
    }

    /** Whether a connection attempt would be refused at once: the machine is reached, and nobody listens. */
    boolean refuses(String from, String to) {
        Process process = processes.get(to);
        return process != null && !process.listens() && !cut.contains(new Link(from, to)) && !cut.contains(new Link(to, from));
    }

    boolean isCut(String from, String to) {
        return cut.contains(new Link(from, to));
    }

    /** @param deliver runs at the receiver, who may be gone by then */
    void send(String from, String to, Runnable deliver) {
        world.counts.messages++;
        var link = new Link(from, to);
        if (cut.contains(link) || chance.of(loss)) return;
        for (int copies = chance.of(doubling) ? 2 : 1; copies > 0; copies--) {
            long at = world.now() + chance.between(LATENCY_MIN, LATENCY_MAX);
            if (chance.of(reordering)) at += chance.between(0, 50 * World.MILLI);
            else {
                at = Math.max(at, lastDelivery.getOrDefault(link, 0L));
                lastDelivery.put(link, at);
            }
            world.after(at - world.now(), () -> {
                if (!cut.contains(link)) deliver.run();
            });
        }
    }

    List<String> addresses() {
        return new ArrayList<>(new java.util.TreeSet<>(processes.keySet()));
    }
}
