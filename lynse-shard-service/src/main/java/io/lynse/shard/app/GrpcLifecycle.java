package io.lynse.shard.app;

import io.lynse.engine.Engine;
import io.lynse.http.app.RequestBudgets;
import io.lynse.model.GrpcPort;
import io.lynse.shard.grpc.GrpcServer;
import io.lynse.shard.grpc.GrpcSettings;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.ship.MemberDriver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Starts the gRPC listener once the web server has its port, by which its own is found, and stops it while the web server drains. */
final class GrpcLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(GrpcLifecycle.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Engine engine;
    private final NodeMembership membership;
    private final MemberDriver member;
    private final MetadataOwner owner;
    private final RequestBudgets budgets;
    private final GrpcSettings settings;
    private final CatchUpSettings catchUp;
    private final @Nullable String apiKey;
    private final WebServerApplicationContext web;
    private volatile boolean running;
    private @Nullable GrpcServer server;

    GrpcLifecycle(Engine engine, NodeMembership membership, MemberDriver member, MetadataOwner owner, RequestBudgets budgets, GrpcSettings settings,
            CatchUpSettings catchUp, @Nullable String apiKey, WebServerApplicationContext web) {
        this.engine = engine;
        this.membership = membership;
        this.member = member;
        this.owner = owner;
        this.budgets = budgets;
        this.settings = settings;
        this.catchUp = catchUp;
        this.apiKey = apiKey;
        this.web = web;
    }

    @Override
    public void start() {
        if (settings.enabled()) listen();
        running = true;
    }

    private void listen() {
        var http = Objects.requireNonNull(web.getWebServer(), "the web server starts first");
        int port = settings.port() >= 0 ? settings.port() : GrpcPort.of(http.getPort());
        String host = web.getEnvironment().getProperty("server.address", "127.0.0.1");
        try {
            GrpcServer started = GrpcServer.start(
                    engine, membership, member, owner, budgets::request, settings, catchUp, apiKey, version(), new InetSocketAddress(host, port));
            server = started;
            publish(started.port());
            log.atInfo().addKeyValue("port", started.port()).log("grpc listening");
        } catch (IOException taken) {
            throw new StartupFailure("port " + port + " (gRPC, HTTP port + 10000, or - 10000 above 55535) cannot be listened on: "
                    + reason(taken) + "; stop what listens there, or choose another --port", taken);
        }
    }

    private static String reason(IOException taken) {
        Throwable deepest = taken;
        while (deepest.getCause() != null) deepest = deepest.getCause();
        return String.valueOf(deepest.getMessage());
    }

    /** For whoever started this node on a port that it did not choose. */
    private void publish(int port) {
        if (web.getEnvironment() instanceof ConfigurableEnvironment environment) {
            environment.getPropertySources().addFirst(new MapPropertySource("grpc port", Map.of("lynse.grpc.local-port", port)));
        }
    }

    private static String version() {
        String version = GrpcLifecycle.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void stop() {
        running = false;
        GrpcServer started = server;
        if (started != null) started.stop(PATIENCE);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the web server has its port (it starts one phase earlier than its graceful shutdown), and gone before it closes. */
    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE;
    }
}
