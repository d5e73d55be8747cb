package io.lynse.tests.processes;

import static org.awaitility.Awaitility.await;

import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shard groups of one node each and a coordinator, described by a {@code cluster.json} in the same folder. */
final class Cluster implements AutoCloseable {

    private static final Duration SERVES_TIMEOUT = Duration.ofSeconds(120);

    private final Path folder;
    private final List<Node> primaries;
    private final Node coordinator;

    private Cluster(Path folder, List<Node> primaries, Node coordinator) {
        this.folder = folder;
        this.primaries = primaries;
        this.coordinator = coordinator;
    }

    /** Lays out a cluster without starting it. */
    static Cluster of(String test, int groups, List<String> shardFlags, List<String> coordinatorFlags) throws IOException {
        return of(test, groups, shardFlags, coordinatorFlags, Node.SHORT_LIVED);
    }

    /** @param environment of every process */
    static Cluster of(String test, int groups, List<String> shardFlags, List<String> coordinatorFlags, Map<String, String> environment)
            throws IOException {
        Path folder = Repository.freshFolder(test);
        List<Integer> ports = FreePorts.find(groups + 1);
        var primaries = new ArrayList<Node>();
        var described = new ArrayList<Map<String, ?>>();
        for (int group = 0; group < groups; group++) {
            Node node = Node.shard("sg" + group, ports.get(group), folder, shardFlags.toArray(String[]::new)).in(environment);
            primaries.add(node);
            described.add(Map.of("name", node.name(), "primary", node.uri()));
        }
        Files.writeString(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of("shard_groups", described)));
        Node coordinator = Node.coordinator(ports.get(groups), folder, coordinatorFlags.toArray(String[]::new)).in(environment);
        return new Cluster(folder, List.copyOf(primaries), coordinator);
    }

    Cluster start() throws IOException {
        for (Node node : nodes()) node.start();
        return this;
    }

    /** Waits until every process answers and every group takes writes. */
    Cluster awaitServing() {
        nodes().forEach(Node::awaitReady);
        return awaitWritable();
    }

    /** Writes the same few rows until it works; there are enough of them to fall into every group. */
    Cluster awaitWritable() {
        await().atMost(SERVES_TIMEOUT).pollInterval(Duration.ofMillis(50)).ignoreException(IOException.class).until(() -> {
            boolean named = succeeds("/create_database", Map.of("database_name", "probe"))
                    && succeeds("/required_collection", Map.of("database_name", "probe", "collection_name", "rows", "dim", 1));
            return named && succeeds("/upsert", Map.of("database_name", "probe", "collection_name", "rows",
                    "ids", IntStream.range(0, 16).boxed().toList(), "vectors", Collections.nCopies(16, List.of(1.0))));
        });
        return this;
    }

    private boolean succeeds(String path, Map<String, ?> body) throws IOException {
        return api().post(path, body).status() == 200;
    }

    void killAll(List<Node> order) {
        order.forEach(Node::kill);
    }

    List<Node> nodes() {
        return Stream.concat(primaries.stream(), Stream.of(coordinator)).toList();
    }

    Node primary(int group) {
        return primaries.get(group);
    }

    Node coordinator() {
        return coordinator;
    }

    Api api() {
        return coordinator.api();
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        nodes().forEach(Node::close);
    }
}
