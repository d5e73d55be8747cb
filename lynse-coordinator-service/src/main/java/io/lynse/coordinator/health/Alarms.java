package io.lynse.coordinator.health;

import io.lynse.coordinator.routing.Suspicions;
import io.lynse.model.ShardGroupId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What requests noticed, until somebody has looked at it: many alarms about one thing count once. Safe for use by several threads. */
public final class Alarms implements Suspicions {

    /** Whoever looks. Never blocks. */
    interface Listener {
        void suspected(String uri);

        void doubted(ShardGroupId group);
    }

    private static final Listener NOBODY = new Listener() {
        @Override
        public void suspected(String uri) {}

        @Override
        public void doubted(ShardGroupId group) {}
    };

    private final ClusterHealth health;
    private final Set<String> nodes = ConcurrentHashMap.newKeySet();
    private final Set<ShardGroupId> catalogs = ConcurrentHashMap.newKeySet();
    private volatile Listener listener = NOBODY;

    public Alarms(ClusterHealth health) {
        this.health = health;
    }

    @Override
    public void node(String uri) {
        if (nodes.add(uri)) listener.suspected(uri);
    }

    @Override
    public void catalog(ShardGroupId group) {
        if (catalogs.add(group)) listener.doubted(group);
    }

    @Override
    public boolean silent(String uri) {
        return health.node(uri).filter(status -> !status.healthy()).isPresent();
    }

    @Override
    public String against(ShardGroupId group) {
        return health.group(group).map(GroupStatus::reason).orElse("");
    }

    /** From now on; it looks at everything at first, so what was raised before is not told again. */
    void tell(Listener next) {
        nodes.clear();
        listener = next;
    }

    /** The node is being looked at: the next alarm is a new one. */
    void takeNode(String uri) {
        nodes.remove(uri);
    }

    /** Whether the group's catalog was doubted since the last call. */
    boolean takeCatalog(ShardGroupId group) {
        return catalogs.remove(group);
    }
}
