package io.lynse.shard.app;

import io.lynse.engine.Engine;
import io.lynse.http.Databases;
import io.lynse.http.app.HttpApi;
import io.lynse.http.app.HttpApiSettings;
import io.lynse.http.app.RequestBudgets;
import io.lynse.http.app.ServiceFace;
import io.lynse.model.HybridClock;
import io.lynse.shard.database.CollectionLimits;
import io.lynse.shard.database.EngineDatabases;
import io.lynse.shard.grpc.FileCalls;
import io.lynse.shard.grpc.GrpcSettings;
import io.lynse.shard.grpc.NodeChannels;
import io.lynse.shard.grpc.OwnerCalls;
import io.lynse.shard.grpc.PeerCalls;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.owner.OwnerSettings;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.shard.ship.Refill;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The object graph of a shard node. Beans are closed in reverse: listeners first, the engine (with a last checkpoint) at the end.
 *
 * <p>A test starts one inside its own JVM so, as {@link ShardMain} does:
 * <pre>{@code
 * var node = new ServeOptions().application(ShardNode.class, Map.of("lynse.data-dir", dir, "server.port", 0, "lynse.grpc.port", 0)).run();
 * }</pre>
 * The ports it got are {@code local.server.port} and {@code lynse.grpc.local-port} in its environment. Without {@code lynse.grpc.port}
 * the port rule holds, as a coordinator expects it. Closing the context stops the node like SIGTERM does.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties({ShardSettings.class, GrpcSettings.class})
@Import(HttpApi.class)
public class ShardNode {

    @Bean
    Engine engine(ShardSettings settings) {
        return Engine.open(settings.engine());
    }

    @Bean
    NodeMembership membership(Engine engine) {
        try {
            return NodeMembership.open(engine.directory(), engine.nodeId(), engine.quarantine() != null || engine.lastLsn().value() > 0);
        } catch (IOException unusable) {
            throw new StartupFailure(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /** Idle until this node is made an owner of the cluster's metadata. */
    @Bean
    MetadataOwner owner(Engine engine, HttpApiSettings api) {
        Path folder = engine.directory().resolve("metadata");
        try {
            return MetadataOwner.start(folder, engine.nodeId(), OwnerSettings.DEFAULT, NodeChannels.bearing(api.apiKey()));
        } catch (IOException unusable) {
            throw new StartupFailure("the cluster's metadata in " + folder + " cannot be opened: " + unusable.getMessage(), unusable);
        }
    }

    @Bean
    FileCalls files(Engine engine, HttpApiSettings api) {
        return new FileCalls(engine.nodeId(), NodeChannels.bearing(api.apiKey()));
    }

    @Bean
    CatchUp catchUp(Engine engine, ShardSettings settings) {
        return new CatchUp(engine, settings.catchUp());
    }

    @Bean
    PeerCalls peers(HttpApiSettings api) {
        return new PeerCalls(NodeChannels.bearing(api.apiKey()));
    }

    @Bean
    OwnerCalls metadataOfTheGroup(HttpApiSettings api) {
        return new OwnerCalls(NodeChannels.bearing(api.apiKey()));
    }

    /** Goes on as the member that the node was, or waits for its first view. */
    @Bean
    MemberDriver member(Engine engine, NodeMembership membership, CatchUp catchUp, FileCalls files, HybridClock clock, PeerCalls peers, OwnerCalls metadata) {
        return MemberDriver.start(engine, membership, new Refill(engine, catchUp, files, clock), peers, metadata, MemberDriver.SETTINGS, System::nanoTime);
    }

    @Bean
    HybridClock clock() {
        return new HybridClock(System::currentTimeMillis);
    }

    @Bean
    Databases databases(Engine engine, NodeMembership membership, HybridClock clock, HttpApiSettings api) {
        return new EngineDatabases(
                engine, membership, clock, new CollectionLimits(api.maxCollectionVectors(), api.maxCollectionVectorBytes()));
    }

    @Bean
    GrpcLifecycle grpc(Engine engine, NodeMembership membership, MemberDriver member, MetadataOwner owner, RequestBudgets budgets, ShardSettings node,
            GrpcSettings settings, HttpApiSettings api, WebServerApplicationContext web) {
        return new GrpcLifecycle(engine, membership, member, owner, budgets, settings, node.catchUp(), api.apiKey(), web);
    }

    @Bean
    DrainLifecycle drain(MemberDriver member) {
        return new DrainLifecycle(member);
    }

    /**
     * Ready as soon as both listeners are up: what the engine has to recover it recovers before. A node whose copy is quarantined lives,
     * to say so, and is never ready.
     */
    @Bean
    ServiceFace face(ShardSettings settings, GrpcLifecycle grpc, Engine engine, MetadataOwner owner) {
        return ServiceFace.node(
                settings.dataDir(), () -> grpc.isRunning() && engine.quarantine() == null && !owner.ended(), () -> state(engine, owner));
    }

    /**
     * A node with a full disk still serves reads, and one bad collection keeps no other from being served: such a node is ready, and what
     * it lacks is told beside that.
     */
    private static Map<String, Object> state(Engine engine, MetadataOwner owner) {
        String trouble = engine.trouble();
        if (trouble == null && owner.ended()) trouble = "this owner of the cluster's metadata has stopped, see its log: restart the node";
        var state = new TreeMap<String, Object>();
        if (trouble != null) state.put("trouble", trouble);
        if (engine.quarantine() != null) return state;
        String disk = engine.isStalled() ? "log waits for room" : engine.disk().level().text();
        if (!disk.equals("ok")) {
            state.put("disk", disk);
            state.put("disk_free_bytes", engine.disk().freeBytes());
        }
        var unavailable = new TreeMap<String, Object>();
        engine.unavailableCollections().forEach((name, reason) -> unavailable.put(name.toString(), reason));
        if (!unavailable.isEmpty()) state.put("unavailable_collections", unavailable);
        return state;
    }

    @Bean
    NodeMetrics nodeMetrics(Engine engine, NodeMembership membership, CatchUp catchUp) {
        return new NodeMetrics(engine, membership, catchUp);
    }

    @Bean
    IndexMetrics indexMetrics(Engine engine, PrometheusRegistry registry) {
        var metrics = new IndexMetrics(engine);
        registry.register(metrics);
        return metrics;
    }
}
