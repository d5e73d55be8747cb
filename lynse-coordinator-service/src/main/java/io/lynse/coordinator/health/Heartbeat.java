package io.lynse.coordinator.health;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has every shard group seen to, each by a thread of its own, so one hung node delays no other group's promotion. A group that
 * leads again, or whose catalog is doubted, is reconciled beside that.
 */
public final class Heartbeat implements AutoCloseable {

    /** When a group was last in line, and in which of its epochs. */
    private record Reconciled(Epoch epoch, long nanos) {}

    /** A change that was given up by whoever asked for it may arrive after the group was looked at, and nobody doubts it then. */
    private static final Duration RECONCILE_AGAIN = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final KeeperMeans means;
    private final Alarms alarms;
    private final Consumer<ShardGroupId> reconciler;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<ShardGroupId, GroupKeeper> keepers = new ConcurrentHashMap<>();
    private final CircuitBreakerRegistry breakers;
    private final GroupWatch.Settings settings;
    private final Map<ShardGroupId, Reconciled> reconciled = new ConcurrentHashMap<>();
    private final Set<ShardGroupId> reconciling = ConcurrentHashMap.newKeySet();

    /** @param reconciler brings a leading group's catalog in line; throws if it could not */
    public Heartbeat(KeeperMeans means, CircuitBreakerRegistry breakers, Consumer<ShardGroupId> reconciler, GroupWatch.Settings settings) {
        this.means = means;
        this.alarms = means.alarms();
        this.reconciler = reconciler;
        this.breakers = breakers;
        this.settings = settings;
        for (ShardGroupId group : means.authority().image().groups().keySet()) keepers.put(group, keeper(group));
    }

    private GroupKeeper keeper(ShardGroupId group) {
        return new GroupKeeper(group, means, threads, new GroupWatch(settings, breakers), settings.interval(), this::judged);
    }

    /** Sees to every group once before it returns: no request is served before the clock has heard of the stamps that nodes have stored. */
    public void start() {
        var first = new ArrayList<Callable<Void>>();
        for (GroupKeeper keeper : keepers.values()) {
            first.add(() -> {
                keeper.settle();
                return null;
            });
        }
        try {
            for (Future<Void> settled : threads.invokeAll(first)) settled.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        } catch (ExecutionException failed) {
            log.atError().setCause(failed.getCause()).log("the first look at a shard group failed");
        }
        alarms.tell(new Alarms.Listener() {
            @Override
            public void suspected(String uri) {
                keepers.values().forEach(keeper -> keeper.suspect(uri));
            }

            @Override
            public void doubted(ShardGroupId group) {
                GroupKeeper keeper = keepers.get(group);
                if (keeper != null) keeper.nudge();
            }
        });
        means.leadership().whenChanged(() -> {
            reconciled.clear(); // by another coordinator since, or not at all
            keepers.values().forEach(GroupKeeper::nudge);
        });
        for (GroupKeeper keeper : keepers.values()) threads.execute(keeper::run);
        threads.execute(this::meetNewGroups);
    }

    /** Groups come while the cluster runs; none goes. */
    private void meetNewGroups() {
        ClusterImage image = means.authority().image();
        while (!Thread.currentThread().isInterrupted()) {
            for (ShardGroupId group : image.groups().keySet()) {
                if (keepers.containsKey(group)) continue;
                GroupKeeper keeper = keeper(group);
                keepers.put(group, keeper);
                threads.execute(keeper::run);
            }
            image = means.authority().newerThan(image, Deadline.after(RECONCILE_AGAIN));
        }
    }

    /** What another coordinator says. Never blocks. */
    public void hear(Peers.Message message) {
        GroupKeeper keeper = keepers.get(message.group());
        if (keeper == null) return;
        switch (message) {
            case Peers.Message.ForWatch(_, GroupWatch.Event event) -> keeper.hear(event);
            case Peers.Message.Doubted(ShardGroupId group) -> alarms.catalog(group);
        }
    }

    private void judged(GroupStatus status) {
        ShardGroupId group = status.group();
        if (means.leadership().leads().isEmpty()) {
            if (alarms.takeCatalog(group)) means.peers().toLeader(new Peers.Message.Doubted(group));
            return;
        }
        if (!status.leads()) return;
        if (!reconciling.add(group)) return; // a doubt stays until this is over
        boolean doubted = alarms.takeCatalog(group);
        if (!doubted && stands(reconciled.get(group), status.epoch())) {
            reconciling.remove(group);
            return;
        }
        threads.execute(() -> reconcile(group, status.epoch()));
    }

    private static boolean stands(@Nullable Reconciled last, Epoch epoch) {
        return last != null && last.epoch().equals(epoch) && System.nanoTime() - last.nanos() < RECONCILE_AGAIN.toNanos();
    }

    private void reconcile(ShardGroupId group, Epoch epoch) {
        try {
            reconciler.accept(group);
            reconciled.put(group, new Reconciled(epoch, System.nanoTime()));
        } catch (RuntimeException failed) {
            reconciled.remove(group);
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
