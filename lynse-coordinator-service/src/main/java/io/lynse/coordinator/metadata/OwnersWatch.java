package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows who the owners of the metadata are and how they are: it asks them once a second, and the other nodes when none of them answers. */
final class OwnersWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OwnersWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final String clusterId;
    private final Collection<NodeAddress> nodes;
    private final Function<NodeAddress, OwnerClient> clients;
    private final Thread thread;
    private volatile OwnersHealth health;
    private volatile @Nullable NodeAddress followed;
    private volatile boolean closed;

    /**
     * @param owners as far as they are known; they count until the first look
     * @param nodes  everybody who may be an owner
     */
    OwnersWatch(String clusterId, List<NodeAddress> owners, Collection<NodeAddress> nodes, Function<NodeAddress, OwnerClient> clients) {
        this.clusterId = clusterId;
        this.nodes = Set.copyOf(nodes);
        this.clients = clients;
        this.health = new OwnersHealth(owners.stream().map(owner -> new OwnersHealth.Owner(owner, null, "", 0, 0, null)).toList(), null);
        this.thread = Thread.ofVirtual().name("metadata-owners").start(this::run);
    }

    OwnersHealth health() {
        return new OwnersHealth(health.owners(), followed);
    }

    /** Whose word is followed now; null: nobody's. */
    void follows(@Nullable NodeAddress owner) {
        followed = owner;
    }

    @Nullable NodeAddress followed() {
        return followed;
    }

    /** The one that is followed first. */
    List<NodeAddress> inOrder() {
        List<NodeAddress> owners = health.addresses();
        NodeAddress first = followed;
        if (first == null || !owners.contains(first)) return owners;
        var ordered = new ArrayList<>(owners);
        ordered.remove(first);
        ordered.addFirst(first);
        return ordered;
    }

    /** An owner did not answer: the next look comes at once. */
    void suspect() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                look();
            } catch (RuntimeException bug) {
                log.atError().setCause(bug).log("looking after the owners of the cluster's metadata failed in an unforeseen way");
            }
            LockSupport.parkNanos(this, LOOK.toNanos());
        }
    }

    private void look() {
        OwnersHealth before = health;
        Survey survey = Survey.of(before.addresses(), clients, ANSWER);
        OwnersHealth now = OwnersHealth.of(survey, before.addresses(), nodes, clusterId, null);
        if (!now.decides()) {
            health = now; // whoever waits for an answer of theirs need not wait for the rest
            var all = new LinkedHashSet<>(before.addresses());
            all.addAll(nodes);
            now = OwnersHealth.of(Survey.of(all, clients, ANSWER), before.addresses(), nodes, clusterId, null);
        }
        if (closed) return;
        health = now;
        tell(before, now);
    }

    private static void tell(OwnersHealth before, OwnersHealth now) {
        if (!now.addresses().equals(before.addresses())) log.atWarn().addKeyValue("owners", now.addresses()).log("the owners of the cluster's metadata are others now");
        if (before.decides() && !now.decides()) log.atError().addKeyValue("reason", now.undecided()).log("the cluster's metadata cannot change");
        if (!before.decides() && now.decides()) log.atInfo().addKeyValue("owners", now.addresses()).log("the cluster's metadata can change again");
        for (OwnersHealth.Owner owner : now.owners()) {
            boolean wasHealthy = before.owners().stream().noneMatch(known -> known.address().equals(owner.address()) && !known.healthy());
            if (wasHealthy && !owner.healthy()) log.atWarn().addKeyValue("owner", owner.address()).addKeyValue("reason", owner.error()).log("an owner of the cluster's metadata is missing");
            if (!wasHealthy && owner.healthy()) log.atInfo().addKeyValue("owner", owner.address()).log("an owner of the cluster's metadata is back");
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
