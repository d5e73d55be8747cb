package io.lynse.tests.processes;

import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster guide's "Quick Local Cluster": its file and its five commands, word for word. Its ports are used when they are
 * free; else each is replaced by a free one throughout.
 */
final class QuickLocalCluster implements AutoCloseable {

    static final String CONFIG = """
            {
              "bucket_count": 4096,
              "write_mirror_replicas": true,
              "shard_groups": [
                {
                  "name": "sg0",
                  "primary": "http://127.0.0.1:7638",
                  "replicas": [
                    "http://127.0.0.1:7639"
                  ]
                },
                {
                  "name": "sg1",
                  "primary": "http://127.0.0.1:7640",
                  "replicas": [
                    "http://127.0.0.1:7641"
                  ]
                }
              ]
            }
            """;

    private static final List<String> SHARDS = List.of(
            "lynse serve --host 127.0.0.1 --port 7638 --data-dir ./data/sg0-primary",
            "lynse serve --host 127.0.0.1 --port 7639 --data-dir ./data/sg0-replica",
            "lynse serve --host 127.0.0.1 --port 7640 --data-dir ./data/sg1-primary",
            "lynse serve --host 127.0.0.1 --port 7641 --data-dir ./data/sg1-replica");

    private static final String COORDINATOR = """
            lynse serve \
              --role coordinator \
              --host 127.0.0.1 \
              --port 7637 \
              --cluster-config ./cluster.json \
              --cluster-state ./cluster_state.cache.json""";

    private static final List<Integer> PORTS = List.of(7637, 7638, 7639, 7640, 7641);

    private final Path folder;
    private final List<Integer> ports;
    private final List<Node> nodes = new ArrayList<>();

    private QuickLocalCluster(Path folder, List<Integer> ports) {
        this.folder = folder;
        this.ports = ports;
    }

    static QuickLocalCluster start() throws IOException {
        var ports = PORTS.stream().allMatch(FreePorts::areFree) ? PORTS : FreePorts.find(PORTS.size());
        var cluster = new QuickLocalCluster(Repository.freshFolder("quick-local-cluster"), ports);
        Files.writeString(cluster.folder.resolve("cluster.json"), cluster.withPorts(CONFIG));
        for (String command : SHARDS) cluster.nodes.add(Node.asWritten(cluster.withPorts(command), cluster.folder).start());
        cluster.nodes.add(Node.asWritten(cluster.withPorts(COORDINATOR), cluster.folder).start());
        try {
            cluster.nodes.forEach(Node::awaitReady);
        } catch (RuntimeException | Error notReady) {
            cluster.close();
            throw notReady;
        }
        return cluster;
    }

    Api coordinator() {
        return Api.at(ports.getFirst());
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    Path folder() {
        return folder;
    }

    private String withPorts(String text) {
        String replaced = text;
        for (int i = 0; i < PORTS.size(); i++) replaced = replaced.replace(PORTS.get(i).toString(), ports.get(i).toString());
        return replaced;
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
