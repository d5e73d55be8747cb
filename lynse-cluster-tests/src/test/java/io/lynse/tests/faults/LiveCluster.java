package io.lynse.tests.faults;

import io.lynse.tests.Api;
import io.lynse.tests.processes.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Three shard groups of a primary and a replica each, their primaries the first owners of the metadata, and two coordinators. */
final class LiveCluster implements AutoCloseable {

    static final int GROUPS = 3;
    static final int GROUP_SIZE = 2;
    static final int COORDINATORS = 2;
    static final int NODES = GROUPS * GROUP_SIZE + COORDINATORS;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final List<Member> shards = new ArrayList<>();
    private final List<Member> coordinators = new ArrayList<>();

    /** @param coordinatorFlags beside what they need */
    LiveCluster(Machine machine, Path folder, List<String> coordinatorFlags) throws IOException {
        List<Node.Place> places = machine.places(NODES);
        var groups = new ArrayList<Map<String, ?>>();
        for (int group = 0; group < GROUPS; group++) {
            List<String> uris = places.subList(group * GROUP_SIZE, (group + 1) * GROUP_SIZE).stream().map(Node.Place::uri).toList();
            groups.add(Map.of("name", "sg" + group, "primary", uris.getFirst(), "replicas", uris.subList(1, uris.size())));
            for (int i = 0; i < GROUP_SIZE; i++) {
                String name = "sg%d-%c".formatted(group, 'a' + i);
                WallClock clock = machine.clock(name);
                // Every copy is read as a whole when the runs are judged.
                Node node = Node.shard(name, places.get(shards.size()), folder, "--max-top-k", "0").in(Member.environment(clock));
                shards.add(new Member(shards.size(), node, machine.disk(node.dataFolder()), clock));
            }
        }
        Files.writeString(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of("shard_groups", groups)));
        for (int i = 0; i < COORDINATORS; i++) {
            String name = "coordinator-" + (char) ('a' + i);
            WallClock clock = machine.clock(name);
            int number = shards.size() + i;
            Node node = Node.coordinator(name, places.get(number), folder, coordinatorFlags.toArray(String[]::new)).in(Member.environment(clock));
            coordinators.add(new Member(number, node, null, clock));
        }
    }

    void start() throws IOException {
        for (Member member : members()) member.node().start();
        members().forEach(member -> member.node().awaitReady());
    }

    List<Member> members() {
        var all = new ArrayList<>(shards);
        all.addAll(coordinators);
        return all;
    }

    List<Member> shards() {
        return List.copyOf(shards);
    }

    List<Member> coordinators() {
        return List.copyOf(coordinators);
    }

    /** Of all members of one group. */
    List<Member> group(int group) {
        return shards.subList(group * GROUP_SIZE, (group + 1) * GROUP_SIZE);
    }

    // ---- who is who, as far as a coordinator that answers knows

    /** Those that are of that kind now; empty: nobody knows. */
    List<Member> are(Fault.Victim kind) {
        return switch (kind) {
            case PRIMARY -> at(groups(group -> List.of(group.path("primary"))));
            case REPLICA -> at(groups(group -> group.path("replicas").valueStream().map(replica -> replica.path("uri")).toList()));
            case METADATA_OWNER -> at(metadata().path("owners").valueStream().map(owner -> owner.path("uri")).toList());
            case RAFT_LEADER -> at(List.of(metadata().path("leader")));
            case LEADING_COORDINATOR -> coordinators.stream().filter(this::leads).toList();
            case STANDBY_COORDINATOR -> coordinators.stream().filter(member -> !leads(member)).toList();
        };
    }

    private List<Member> at(List<JsonNode> uris) {
        return shards.stream().filter(member -> uris.stream().anyMatch(uri -> uri.asString("").equals(member.node().uri()))).toList();
    }

    private List<JsonNode> groups(Function<JsonNode, List<JsonNode>> uris) {
        return ask("/cluster_info?tables=false").path("shard_groups").valueStream().flatMap(group -> uris.apply(group).stream()).toList();
    }

    private JsonNode metadata() {
        return ask("/coordinator_status").path("metadata");
    }

    private boolean leads(Member coordinator) {
        return look(coordinator, "/coordinator_status").map(status -> status.path("leads").asBoolean(false)).orElse(false);
    }

    private JsonNode ask(String page) {
        return coordinators.stream().map(coordinator -> look(coordinator, page)).flatMap(Optional::stream).findFirst().orElse(MissingNode.getInstance());
    }

    private static Optional<JsonNode> look(Member coordinator, String page) {
        try {
            return Optional.of(coordinator.node().api().withTimeout(LOOK).get(page)).filter(answer -> answer.status() == 200).map(answer -> answer.params());
        } catch (IOException silent) {
            return Optional.empty();
        }
    }

    // ---- whether all is well

    /** What is missing until every member is active and every node answers; empty: nothing. */
    List<String> troubles() {
        var troubles = new ArrayList<String>();
        for (Member coordinator : coordinators) {
            JsonNode info = look(coordinator, "/cluster_info?tables=false").orElse(MissingNode.getInstance());
            if (info.isMissingNode()) troubles.add(coordinator.node().name() + " does not answer");
            info.path("degraded_reasons").forEach(reason -> troubles.add(reason.asString()));
            for (JsonNode group : info.path("shard_groups")) {
                for (JsonNode replica : group.path("replicas")) {
                    if (!replica.path("state").asString().equals("active")) troubles.add(replica.path("uri").asString() + " is " + replica.path("state").asString());
                }
            }
        }
        if (coordinators.stream().filter(this::leads).count() != 1) troubles.add("no coordinator leads, or more than one");
        return troubles;
    }

    // ---- what is stored

    int groupOf(Member shard) {
        return IntStream.range(0, GROUPS).filter(group -> group(group).contains(shard)).findFirst().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members()) member.close();
    }
}
