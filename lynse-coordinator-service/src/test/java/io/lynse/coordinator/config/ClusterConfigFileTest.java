package io.lynse.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.metadata.Durability;
import io.lynse.metadata.ReplicaState;
import io.lynse.model.Epoch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Every key and alias of wire contract 8.1, and what is said when one is wrong. */
class ClusterConfigFileTest {

    private static final Path FILE = Path.of("cluster.json");

    /** The cluster guide's own example. */
    @Test
    void readsTheGuidesExample() {
        ClusterConfig config = parse("""
                {
                  "bucket_count": 4096,
                  "write_mirror_replicas": true,
                  "shard_groups": [
                    {"name": "sg0", "primary": "http://127.0.0.1:7638", "replicas": ["http://127.0.0.1:7639"]},
                    {"name": "sg1", "primary": "http://127.0.0.1:7640", "replicas": ["http://127.0.0.1:7641"]}
                  ]
                }
                """);
        assertThat(config.groups()).containsExactly(
                group("sg0", 7638, 7639),
                group("sg1", 7640, 7641));
        assertThat(config.inferredOwners()).containsExactly(node(7638));
    }

    @Test
    void readsEveryKey() {
        ClusterConfig config = parse("""
                {"bucket_count": 16, "write_mirror_replicas": false, "databases": ["docs"], "state_path": "/var/state.json",
                 "api_key": "client", "shard_api_key": "shard", "coordinator_id": "c1", "coordinator_uri": "http://c:7637",
                 "coordinator_lease_secs": 2.5, "json_limit_mb": 10, "payload_limit_mb": 20,
                 "metadata_owners": ["http://127.0.0.1:1"], "unknown": 1,
                 "shard_groups": [{"name": "left", "primary": "http://127.0.0.1:1/", "primary_epoch": 5,
                                   "replicas": [{"uri": "http://127.0.0.1:2", "state": "stale"}, {"uri": "http://127.0.0.1:3"}]}]}
                """);
        assertThat(config).isEqualTo(new ClusterConfig(
                16,
                Durability.ASYNC,
                List.of(new ClusterConfig.Group("left", node(1), 5, List.of(
                        new ClusterConfig.Replica(node(2), ReplicaState.STALE), new ClusterConfig.Replica(node(3), ReplicaState.ACTIVE)))),
                List.of("docs"),
                List.of(node(1)),
                Path.of("/var/state.json"),
                "client",
                "shard",
                "c1",
                "http://c:7637",
                Duration.ofMillis(2500),
                10,
                20));
        assertThat(config.toString()).doesNotContain("client", "\"shard\"");
        assertThat(config.firstImage("c").databases()).containsExactly("docs");
    }

    @Test
    void fillsInDefaults() {
        ClusterConfig config = parse("""
                {"shards": [{"primary": "http://127.0.0.1:1"}, {"primary": "http://127.0.0.1:2", "replicas": null}, {"primary": "http://127.0.0.1:3"}]}""");
        assertThat(config.bucketCount()).isEqualTo(4096);
        assertThat(config.durability()).isEqualTo(Durability.DEFAULT);
        assertThat(config.groups()).extracting(ClusterConfig.Group::name).containsExactly("sg0", "sg1", "sg2");
        assertThat(config.groups()).extracting(ClusterConfig.Group::primaryEpoch).containsOnly(1L);
        assertThat(config.inferredOwners()).containsExactly(node(1), node(2), node(3));
        assertThat(config.shardApiKey()).isNull();
        assertThat(config.owners()).isEmpty();
    }

    static final List<Arguments> OWNERS = List.of(
            arguments("\"metadata_owners\": [\"http://o:1\"]"),
            arguments("\"metadata_owners\": \"http://o:1\""),
            arguments("\"metadata_owner\": \"http://o:1\""),
            arguments("\"metadata\": {\"owners\": [\"http://o:1\"]}"),
            arguments("\"metadata\": {\"owner\": \"http://o:1\"}"),
            arguments("\"metadata\": \"http://o:1\""),
            arguments("\"metadata_store\": {\"owner\": \"http://o:1\"}"),
            arguments("\"metadata_owners\": [\"http://o:1\"], \"metadata\": \"http://other:1\""));

    @ParameterizedTest(name = "{0}")
    @FieldSource("OWNERS")
    void readsOwnersInEveryForm(String key) {
        assertThat(withKey(key).owners()).containsExactly(NodeAddress.parse("http://o:1"));
    }

    @Test
    void everyReplicaStartsStaleBecauseItHoldsNothing() {
        var image = parse("""
                {"shard_groups": [{"primary": "http://127.0.0.1:1", "primary_epoch": 3, "replicas": [{"uri": "http://127.0.0.1:2", "state": "active"}]}]}""")
                .firstImage("c");
        var group = image.groups().values().iterator().next();
        assertThat(group.epoch()).isEqualTo(new Epoch(3));
        assertThat(group.replicas()).hasSize(1).allMatch(replica -> replica.state() == ReplicaState.STALE);
        assertThat(group.primary().bound()).isFalse();
    }

    static final List<Arguments> WRONG = List.of(
            arguments("{}", "cluster config requires at least one shard group"),
            arguments("{\"shard_groups\": []}", "cluster config requires at least one shard group"),
            arguments("[]", "expected an object {...}, got []"),
            arguments("{\"shard_groups\": {}}", "shard_groups: expected a list [...], got {}"),
            arguments("{\"shard_groups\": [\"http://a:1\"]}", "shard_groups[0]: expected an object {...}, got \"http://a:1\""),
            arguments("{\"shard_groups\": [{\"name\": \"a\"}]}", "shard_groups[0].primary: is missing (expected http://HOST:PORT)"),
            arguments("{\"shard_groups\": [{\"primary\": 7}]}", "shard_groups[0].primary: expected http://HOST:PORT, got 7"),
            arguments("{\"shard_groups\": [{\"primary\": \"a:1\"}]}", "shard_groups[0].primary: 'a:1' is no address of a node (expected http://HOST:PORT)"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a\"}]}", "the port is missing or out of range"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:99999\"}]}", "the port is missing or out of range"),
            arguments("{\"shard_groups\": [{\"primary\": \"https://a:1\"}]}", "https to shard nodes is not supported yet"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:1/x\"}]}", "a path has no meaning here"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a b:1\"}]}", "shard_groups[0].primary: 'http://a b:1' is no address"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:1\", \"replicas\": [{\"state\": \"active\"}]}]}", "shard_groups[0].replicas[0].uri: is missing"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:1\", \"replicas\": [{\"uri\": \"http://b:1\", \"state\": \"fine\"}]}]}",
                    "shard_groups[0].replicas[0].state: expected active or stale, got 'fine'"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:1\", \"replicas\": [\"http://a:1/\"]}]}",
                    "http://a:1 is both the primary of sg0 and a replica of sg0"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:1\"}, {\"primary\": \"http://a:1\"}]}", "http://a:1 is both the primary of sg0 and the primary of sg1"),
            arguments("{\"shard_groups\": [{\"name\": \"x\", \"primary\": \"http://a:1\"}, {\"name\": \"x\", \"primary\": \"http://b:1\"}]}",
                    "two shard groups have the name 'x'"),
            arguments("{\"shard_groups\": [{\"primary\": \"http://a:1\", \"primary_epoch\": 0}]}", "primary_epoch must be at least 1: 0"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("WRONG")
    void refusesWithTheFileTheKeyAndTheExpectedForm(String text, String message) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(ConfigException.class).hasMessageStartingWith("cluster config cluster.json").hasMessageContaining(message);
    }

    static final List<Arguments> WRONG_KEYS = List.of(
            arguments("\"bucket_count\": 0", "bucket_count must be at least 1 and at most 1048576: 0"),
            arguments("\"bucket_count\": 99999999999", "bucket_count must be at least 1 and at most 1048576"),
            arguments("\"bucket_count\": 1.5", "bucket_count: expected a whole number, got 1.5"),
            arguments("\"bucket_count\": \"16\"", "bucket_count: expected a whole number, got \"16\""),
            arguments("\"write_mirror_replicas\": \"yes\"", "write_mirror_replicas: expected true or false, got \"yes\""),
            arguments("\"min_active_members\": 0", "min_active_members must be at least 1: 0"),
            arguments("\"min_active_members\": 2", "min_active_members is 2, but shard group sg0 has 1 member: it could never take a write"),
            arguments("\"min_active_members\": 2, \"write_mirror_replicas\": false",
                    "min_active_members is 2, but with write_mirror_replicas false no replica is ever active: leave one of them out"),
            arguments("\"shard_api_key\": 7", "shard_api_key: expected a text, got 7"),
            arguments("\"coordinator_lease_secs\": 0", "coordinator_lease_secs: expected a number of seconds above 0, got 0.0"),
            arguments("\"json_limit_mb\": 0", "json_limit_mb: expected at least 1, got 0"),
            arguments("\"collections\": {\"db/c\": {}}", "collections: collections cannot be declared here: create them through the API"),
            arguments("\"databases\": [\"../x\"]", "databases[0]: Invalid argument: database name"),
            arguments("\"metadata_owners\": [\"http://a:1\", \"http://b:1\"]", "two metadata owners are no use: a majority of two is both"),
            arguments("\"metadata_owners\": [\"http://a:1\", \"http://b:1\", \"http://c:1\", \"http://d:1\"]", "4 metadata owners are no use: they bear the loss of 1, as 3 do"),
            arguments("\"metadata_owners\": [\"http://a:1\", \"http://b:1\", \"http://a:1/\"]", "a metadata owner is named twice"),
            arguments("\"metadata_owners\": [\"a\"]", "metadata_owners[0]: 'a' is no address of a node"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("WRONG_KEYS")
    void refusesAWrongValue(String key, String message) {
        assertThatThrownBy(() -> withKey(key)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void brokenJsonNamesTheLineAndTheExpectedForm() {
        assertThatThrownBy(() -> parse("{\n  \"bucket_count\": 16,\n  \"shard_groups\": [\n}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("cluster config cluster.json, line 4, column")
                .hasMessageContaining("not JSON")
                .hasMessageContaining("expected an object like {\"shard_groups\": [{\"name\": \"sg0\", \"primary\": \"http://HOST:PORT\"}]}");
    }

    @Test
    void anEmptyFileIsNoConfig() {
        assertThatThrownBy(() -> parse("")).isInstanceOf(ConfigException.class).hasMessageStartingWith("cluster config cluster.json");
    }

    private static ClusterConfig withKey(String key) {
        return parse("{" + key + ", \"shard_groups\": [{\"primary\": \"http://127.0.0.1:1\"}]}");
    }

    private static ClusterConfig parse(String text) {
        return ClusterConfigFile.parse(FILE, text);
    }

    private static ClusterConfig.Group group(String name, int primary, int replica) {
        return new ClusterConfig.Group(name, node(primary), 1, List.of(new ClusterConfig.Replica(node(replica), ReplicaState.ACTIVE)));
    }

    private static NodeAddress node(int port) {
        return new NodeAddress("127.0.0.1", port);
    }
}
