package io.lynse.cli.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a small cluster on one machine consists of: a coordinator at the first port, behind it two shard groups of a primary
 * and a replica each. Pure: nothing is started or written.
 *
 * @param firstPort HTTP port of the coordinator; the four shard nodes take the next ones
 * @param folder    where the nodes keep their data, the configuration and the logs
 */
public record ClusterPlan(int firstPort, Path folder) {

    private static final String HOST = "127.0.0.1";
    private static final int GROUPS = 2;
    private static final int NODES = 1 + GROUPS * 2;
    private static final int PORT_MAX = 65_535;

    /**
     * One process.
     * @param arguments of {@code bin/lynse}
     */
    public record Node(String name, int port, List<String> arguments) {
        public Node {
            arguments = List.copyOf(arguments);
        }
    }

    public ClusterPlan {
        checkFirstPort(firstPort);
    }

    /** Checks a first port. @throws IllegalArgumentException if the nodes would not fit between this port and the last one there is */
    public static void checkFirstPort(int firstPort) {
        if (firstPort < 1 || firstPort + NODES - 1 > PORT_MAX) {
            throw new IllegalArgumentException("the first port must be 1 to " + (PORT_MAX - NODES + 1) + ": " + firstPort);
        }
    }

    /** The coordinator first. */
    public List<Node> nodes() {
        var nodes = new ArrayList<Node>();
        nodes.add(new Node("coordinator", firstPort, List.of("serve", "--role", "coordinator", "--host", HOST, "--port", String.valueOf(firstPort),
                "--cluster-config", configFile().toString(), "--cluster-state", folder.resolve("cluster_state.cache.json").toString())));
        for (int group = 0; group < GROUPS; group++) {
            nodes.add(shard("sg" + group + "-primary", primaryPort(group)));
            nodes.add(shard("sg" + group + "-replica", primaryPort(group) + 1));
        }
        return List.copyOf(nodes);
    }

    public Path configFile() {
        return folder.resolve("cluster.json");
    }

    public Path logFile(Node node) {
        return folder.resolve(node.name() + ".log");
    }

    public String coordinatorUri() {
        return uri(firstPort);
    }

    /** The text of {@link #configFile()}. */
    public String configJson() {
        var groups = new ArrayList<Map<String, Object>>();
        for (int group = 0; group < GROUPS; group++) {
            var json = new LinkedHashMap<String, Object>();
            json.put("name", "sg" + group);
            json.put("primary", uri(primaryPort(group)));
            json.put("replicas", List.of(uri(primaryPort(group) + 1)));
            groups.add(json);
        }
        var config = new LinkedHashMap<String, Object>();
        config.put("bucket_count", 4096);
        config.put("write_mirror_replicas", true);
        config.put("shard_groups", groups);
        // One owner, as a cluster of this size has by itself, would take failover with it: the demo is there to lose nodes.
        config.put("metadata_owners", List.of(uri(primaryPort(0)), uri(primaryPort(0) + 1), uri(primaryPort(1))));
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(config);
    }

    private Node shard(String name, int port) {
        return new Node(name, port, List.of("serve", "--host", HOST, "--port", String.valueOf(port), "--data-dir", folder.resolve(name).toString()));
    }

    private int primaryPort(int group) {
        return firstPort + 1 + 2 * group;
    }

    private static String uri(int port) {
        return "http://" + HOST + ":" + port;
    }
}
