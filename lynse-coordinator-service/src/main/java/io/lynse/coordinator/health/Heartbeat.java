package io.lynse.coordinator.health;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.HybridClock;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after every shard group, one round each interval, and sooner when a request noticed something. Groups are seen to at the
 * same time, so one hung node delays no other group's promotion. A group that leads again, or whose catalog is doubted, is
 * reconciled beside the rounds.
 */
public final class Heartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    /** Alarms come with every failed request of every client: this is how often they may bring a round forward. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private final MetadataAuthority authority;
    private final GroupKeeper keeper;
    private final Alarms alarms;
    private final Consumer<ShardGroupId> reconciler;
    private final Duration interval;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<ShardGroupId, Long> reconciledEpochs = new ConcurrentHashMap<>();
    private final Set<ShardGroupId> reconciling = ConcurrentHashMap.newKeySet();

    /** @param reconciler brings a leading group's catalog in line; throws if it could not */
    public Heartbeat(
            MetadataAuthority authority,
            NodeProbe probe,
            CircuitBreakerRegistry breakers,
            ClusterHealth health,
            HybridClock clock,
            Alarms alarms,
            Consumer<ShardGroupId> reconciler,
            Duration interval,
            String coordinatorUri) {
        this.authority = authority;
        this.keeper = new GroupKeeper(authority, probe, breakers, health, clock, interval, coordinatorUri, threads);
        this.alarms = alarms;
        this.reconciler = reconciler;
        this.interval = interval;
    }

    /** Goes one round at once: no request is served before the clock has heard of the stamps that nodes have stored. */
    public void start() {
        try {
            beat();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        }
        threads.submit(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long begun = System.nanoTime();
                beat();
                Thread.sleep(SHORTEST_PAUSE);
                Duration left = interval.minusNanos(System.nanoTime() - begun);
                if (left.isPositive()) alarms.await(left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** One round over all groups. */
    void beat() throws InterruptedException {
        ClusterImage image = authority.image();
        var running = new ArrayList<Future<?>>();
        for (ShardGroupImage group : image.groups().values()) running.add(threads.submit(() -> see(group.id())));
        for (Future<?> round : running) {
            try {
                round.get();
            } catch (ExecutionException failed) {
                log.atError().setCause(failed.getCause()).log("a round over a shard group failed");
            }
        }
    }

    private void see(ShardGroupId group) {
        GroupStatus status = keeper.see(group);
        if (!status.leads()) return;
        boolean doubted = alarms.takeCatalog(group);
        Long reconciled = reconciledEpochs.get(group);
        if (!doubted && reconciled != null && reconciled == status.epoch().value()) return;
        if (!reconciling.add(group)) {
            if (doubted) alarms.catalog(group);
            return;
        }
        threads.submit(() -> reconcile(group, status.epoch().value()));
    }

    private void reconcile(ShardGroupId group, long epoch) {
        try {
            reconciler.accept(group);
            reconciledEpochs.put(group, epoch);
        } catch (RuntimeException failed) {
            reconciledEpochs.remove(group);
            log.atWarn().addKeyValue("group", group).addKeyValue("reason", failed.getMessage()).log("catalog not reconciled, will be tried again");
        } finally {
            reconciling.remove(group);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
