package io.lynse.tests.processes;

import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The shard group {@code sg0} with replicas, a group of one node beside it that keeps the metadata, and a coordinator over both. */
final class ReplicatedGroup implements AutoCloseable {

    /** What is done while clients write and read. */
    interface Steps {
        void run() throws IOException;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final List<Node> members = new ArrayList<>();
    private final Node owner;
    private final Node coordinator;
    private final Path folder;

    ReplicatedGroup(String test, int size, String... coordinatorFlags) throws IOException {
        this(test, size, Node.SHORT_LIVED, coordinatorFlags);
    }

    /** @param environment of the members of {@code sg0} */
    ReplicatedGroup(String test, int size, Map<String, String> environment, String... coordinatorFlags) throws IOException {
        folder = Repository.freshFolder(test);
        List<Integer> ports = FreePorts.find(size + 2);
        for (int i = 0; i < size; i++) members.add(Node.shard("m" + i, ports.get(i), folder).in(environment));
        owner = Node.shard("owner", ports.get(size), folder);
        Files.writeString(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of(
                "shard_groups", List.of(
                        Map.of("name", "sg0", "primary", members.getFirst().uri(), "replicas", members.stream().skip(1).map(Node::uri).toList()),
                        Map.of("name", "sg1", "primary", owner.uri())),
                "metadata_owners", List.of(owner.uri()))));
        coordinator = Node.coordinator(ports.get(size + 1), folder, coordinatorFlags);
    }

    ReplicatedGroup start() throws IOException {
        for (Node member : members) member.start();
        owner.start();
        members.forEach(Node::awaitReady);
        owner.awaitReady();
        coordinator.start().awaitReady();
        return this;
    }

    Node member(int place) {
        return members.get(place);
    }

    Node coordinator() {
        return coordinator;
    }

    Path folder() {
        return folder;
    }

    Api api() {
        return coordinator.api();
    }

    /** An operator's request. */
    Answer operate(String verb, Map<String, ?> body) throws IOException {
        return api().post("/cluster/" + verb, body);
    }

    /** As {@link #operate}, until it is done: on a busy machine a node may not answer in time, and nothing was done then. */
    JsonNode done(String verb, Map<String, ?> body) {
        return await(verb).atMost(PATIENCE).ignoreException(IOException.class).until(() -> operate(verb, body), answer -> answer.status() == 200).params();
    }

    /** {@code primary}, or the state of the replica, or empty: no member. */
    String state(Node node) throws IOException {
        JsonNode group = api().get("/cluster_info?tables=false").orFail("cluster_info").params().at("/shard_groups/0");
        if (group.path("primary").asString().equals(node.uri())) return "primary";
        return group.path("replicas").valueStream()
                .filter(replica -> replica.path("uri").asString().equals(node.uri()))
                .map(replica -> replica.path("state").asString())
                .findFirst().orElse("");
    }

    void awaitState(Node node, String state) {
        await(node.name() + " is " + state).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreException(IOException.class).until(() -> state(node).equals(state));
    }

    /** A collection of two dimensions whose rows lie in both groups. */
    Map<String, ?> collection(String name) {
        Map<String, ?> collection = Map.of("database_name", "db", "collection_name", name);
        await().atMost(PATIENCE).ignoreException(IOException.class).until(() -> api().post("/create_database", Map.of("database_name", "db")).status() == 200
                && api().post("/required_collection", QuickLocalClusterE2E.with(collection, Map.of("dim", 2))).status() == 200);
        return collection;
    }

    long count(Map<String, ?> collection) throws IOException {
        return api().post("/collection_shape", collection).orFail("shape").params().path("shape").path(0).asLong();
    }

    @Override
    public void close() {
        coordinator.close();
        members.forEach(Node::close);
        owner.close();
    }
}
