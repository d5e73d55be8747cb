package io.lynse.tests.processes;

import static org.awaitility.Awaitility.await;

import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Three shard nodes, each a group of its own and an owner of the metadata, and coordinators over them. */
final class Coordinators implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path folder;
    private final List<Node> shards = new ArrayList<>();
    private final List<Node> coordinators = new ArrayList<>();
    private final String[] flags;

    /** @param flags of every coordinator */
    Coordinators(String test, String... flags) throws IOException {
        this.flags = flags;
        folder = Repository.freshFolder(test);
        var described = new ArrayList<Map<String, ?>>();
        for (int port : FreePorts.find(3)) {
            Node shard = Node.shard("sg" + shards.size(), port, folder).start();
            shards.add(shard);
            described.add(Map.of("name", shard.name(), "primary", shard.uri()));
        }
        List<String> owners = shards.stream().map(Node::uri).toList();
        Files.writeString(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of("shard_groups", described, "metadata_owners", owners)));
        shards.forEach(Node::awaitReady);
    }

    /** @param id of the coordinator; two may have the same */
    Node start(String name, String id) throws IOException {
        var all = Stream.concat(Stream.of("--coordinator-id", id), Stream.of(flags)).toArray(String[]::new);
        Node coordinator = Node.coordinator(name, FreePorts.find(1).getFirst(), folder, all);
        coordinators.add(coordinator);
        return coordinator.start().awaitReady();
    }

    static JsonNode status(Node coordinator) {
        try {
            return coordinator.api().get("/coordinator_status").orFail("coordinator_status").params();
        } catch (IOException gone) {
            throw new AssertionError(coordinator.name() + " does not answer", gone);
        }
    }

    static boolean leads(Node coordinator) {
        return status(coordinator).path("leads").asBoolean();
    }

    static long leaseEpoch(Node coordinator) {
        return status(coordinator).at("/leader/lease_epoch").asLong();
    }

    static void awaitRole(Node coordinator, String role) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> status(coordinator).path("role").asString().equals(role));
    }

    /** Until it leads. @return how long that took */
    static Duration awaitLeading(Node coordinator) {
        long begun = System.nanoTime();
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(() -> leads(coordinator));
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Rows written and found through one coordinator, one after the other, until it is told to stop. */
    static final class Traffic implements AutoCloseable {

        private final Api api;
        private final Map<String, ?> collection;
        private final Thread thread;
        private volatile boolean stopping;
        private volatile int requests;
        private volatile Duration longest = Duration.ZERO;
        private volatile @Nullable Throwable failure;

        Traffic(Node coordinator, Map<String, ?> collection) {
            this.api = coordinator.api();
            this.collection = collection;
            thread = Thread.ofPlatform().name("traffic").start(this::run);
        }

        private void run() {
            try {
                for (int i = 0; !stopping; i++) {
                    List<Number> vector = List.of(i, 1);
                    timed("/upsert", Map.of("ids", List.of(i), "vectors", List.of(vector)));
                    timed("/search", Map.of("vector", vector, "k", 1));
                }
            } catch (IOException | RuntimeException | AssertionError failed) {
                failure = failed;
            }
        }

        private void timed(String path, Map<String, ?> body) throws IOException {
            long begun = System.nanoTime();
            api.call(path, QuickLocalClusterE2E.with(collection, body));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (took.compareTo(longest) > 0) longest = took;
            requests++;
        }

        boolean isAlive() {
            return thread.isAlive();
        }

        int requests() {
            return requests;
        }

        /** The longest that a request waited. */
        Duration longest() {
            return longest;
        }

        /** Ends it. @throws AssertionError if a request failed */
        @Override
        public void close() {
            stopping = true;
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
            if (failure != null) throw new AssertionError("after " + requests + " requests", Objects.requireNonNull(failure));
        }
    }

    @Override
    public void close() {
        coordinators.forEach(Node::close);
        shards.forEach(Node::close);
    }
}
