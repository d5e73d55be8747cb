package io.lynse.tests.owners;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.app.ServeOptions;
import io.lynse.model.GrpcPort;
import io.lynse.shard.app.ShardNode;
import io.lynse.tests.processes.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.context.ConfigurableApplicationContext;

/** Whole shard nodes in this JVM, each with its port and its disk, that can be stopped and started again. */
final class ShardNodes implements AutoCloseable {

    private final Path folder;
    private final List<NodeAddress> addresses = new ArrayList<>();
    private final Map<Integer, ConfigurableApplicationContext> running = new TreeMap<>();

    ShardNodes(Path folder, int count) {
        this.folder = folder;
        for (int port : FreePorts.find(count)) addresses.add(new NodeAddress("127.0.0.1", port));
        for (int i = 0; i < count; i++) start(i);
    }

    List<NodeAddress> addresses() {
        return addresses;
    }

    void start(int node) {
        int port = addresses.get(node).httpPort();
        running.put(node, new ServeOptions().application(ShardNode.class, Map.of(
                "lynse.data-dir", folder.resolve("node" + node).toString(), "server.port", port, "server.address", "127.0.0.1",
                "lynse.grpc.port", GrpcPort.of(port), "lynse.warm-up", false)).run());
    }

    void stop(int node) {
        ConfigurableApplicationContext context = running.remove(node);
        if (context != null) context.close();
    }

    /** A node's disk is lost while it is down. */
    void wipe(int node) throws IOException {
        try (var files = Files.walk(folder.resolve("node" + node))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Override
    public void close() {
        for (int node = 0; node < addresses.size(); node++) stop(node);
    }
}
