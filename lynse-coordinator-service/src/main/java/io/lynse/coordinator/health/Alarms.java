package io.lynse.coordinator.health;

import io.lynse.coordinator.routing.Suspicions;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What requests noticed, until the heartbeat has looked at it. Safe for use by several threads. */
public final class Alarms implements Suspicions {

    private final ClusterHealth health;
    private final Semaphore raised = new Semaphore(0);
    private final Set<ShardGroupId> catalogs = ConcurrentHashMap.newKeySet();

    public Alarms(ClusterHealth health) {
        this.health = health;
    }

    @Override
    public void node(String uri) {
        // Every round probes all nodes: who it was does not matter.
        raised.release();
    }

    @Override
    public void catalog(ShardGroupId group) {
        catalogs.add(group);
        raised.release();
    }

    @Override
    public String against(ShardGroupId group) {
        return health.group(group).map(GroupStatus::reason).orElse("");
    }

    /** Whether the group's catalog was doubted since the last call. */
    boolean takeCatalog(ShardGroupId group) {
        return catalogs.remove(group);
    }

    /** Waits until something is raised, at most so long; many alarms count once. */
    void await(Duration atMost) throws InterruptedException {
        if (raised.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) raised.drainPermits();
    }
}
