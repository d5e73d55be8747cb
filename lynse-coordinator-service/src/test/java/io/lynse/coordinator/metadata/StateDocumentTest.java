package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.config.Json;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StateDocumentTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    static final ClusterImage IMAGE = filled();

    @Test
    void anImageReadBackIsTheSame() {
        assertThat(StateDocument.image(new Json("", tree()))).isEqualTo(IMAGE);
    }

    @Test
    void soIsOneInShort() {
        assertThat(StateDocument.image(new Json("", compact(IMAGE)))).isEqualTo(IMAGE);
        assertThat(compact(IMAGE).at("/collections/docs~1articles").has("bucket_numbers")).as("striped").isFalse();
        ClusterImage uneven = IMAGE.apply(new MetadataRecord.CollectionDeclared(new CollectionImage(
                new CollectionId(2), new CollectionName("docs", "uneven"), 0, ElementType.FLOAT16, null, null, CollectionImage.NO_PARAMETERS,
                BucketTable.of(List.of(new ShardGroupId("sg1"), new ShardGroupId("sg0"), new ShardGroupId("sg0"))), 0)));
        assertThat(compact(uneven).at("/collections/docs~1uneven").has("bucket_numbers")).isTrue();
        assertThat(StateDocument.image(new Json("", compact(uneven)))).isEqualTo(uneven);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bucket_groups  | []             | expected at least one bucket",
        "bucket_groups  | [\"sg9\"]      | no shard group 'sg9'",
        "bucket_count   | 0              | expected at least one bucket",
        "bucket_numbers | \"###\"        | expected base64",
        "bucket_numbers | \"AAA=\"       | expected two bytes for each of 4 buckets, got 2",
        "bucket_numbers | \"AAAAAAAAAAk=\" | there is no group 9",
    })
    void namesTheShortTableThatIsDamaged(String key, String value, String message) {
        ObjectNode tree = compact(IMAGE);
        ((ObjectNode) tree.at("/collections/docs~1articles")).set(key, JSON.readTree(value));
        assertThatThrownBy(() -> StateDocument.image(new Json("", tree))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message)
                .hasMessageContaining(key);
    }

    @Test
    void holdsTheContractsKeys() {
        Map<String, @Nullable Object> document = StateDocument.of(IMAGE, true);
        assertThat(document).containsEntry("format", "lynsedb-cluster-state").containsEntry("version", 1).containsEntry("bucket_count", 4)
                .containsEntry("write_mirror_replicas", true).containsEntry("databases", List.of("docs")).containsKey("meta_epoch");
        var articles = StateDocument.collection(IMAGE.collections().values().iterator().next(), true);
        assertThat(articles)
                .containsEntry("dim", 384).containsEntry("chunk_size", 100_000).containsEntry("description", "texts").containsEntry("dtypes", "float32")
                .containsEntry("index_mode", "HNSW-L2").containsEntry("next_id", 100L).containsEntry("bucket_count", 4)
                .containsEntry("bucket_to_group", List.of("sg0", "sg1", "sg0", "sg1")).containsEntry("integer_id_routing", null);
        assertThat(StateDocument.group(IMAGE.group(new ShardGroupId("sg0")), IMAGE.durability()))
                .containsEntry("name", "sg0").containsEntry("primary", "http://a:1").containsEntry("primary_epoch", 7L)
                .containsEntry("replicas", List.of(Map.of("uri", "http://b:1", "node_id", "node-b", "state", "stale")));
    }

    @Test
    void whereNobodyWaitsForReplicasTheyAreShownAsAsync() {
        ClusterImage image = with(Durability.ASYNC);
        assertThat(StateDocument.of(image, true)).containsEntry("write_mirror_replicas", false).containsEntry("min_active_members", 1);
        assertThat(JSON.writeValueAsString(StateDocument.of(image, true))).contains("\"state\":\"async\"").doesNotContain("stale");
        assertThat(StateDocument.image(new Json("", JSON.readTree(JSON.writeValueAsString(StateDocument.of(image, true)))))).isEqualTo(image);
    }

    @Test
    void keepsTheMinimumOfActiveMembers() {
        ClusterImage image = with(new Durability(true, 2));
        assertThat(StateDocument.image(new Json("", JSON.readTree(JSON.writeValueAsString(StateDocument.of(image, true)))))).isEqualTo(image);
    }

    private static ClusterImage with(Durability durability) {
        return new ClusterImage(
                IMAGE.clusterId(), IMAGE.metaEpoch(), IMAGE.bucketCount(), durability, IMAGE.databases(), IMAGE.collections(), IMAGE.groups(),
                IMAGE.nextCollectionId(), IMAGE.lease(), IMAGE.coordinators());
    }

    @Test
    void tablesCanBeLeftOut() {
        assertThat(JSON.writeValueAsString(StateDocument.of(IMAGE, false))).doesNotContain("bucket_to_group").contains("bucket_count");
    }

    static final List<Arguments> WRONG = List.of(
            arguments("a foreign file", "{\"hello\": 1}", "format: expected \"lynsedb-cluster-state\", got null"),
            arguments("another release's", "{\"format\": \"lynsedb-cluster-state\", \"version\": 2}", "version: expected 1, got 2: written by another release"),
            arguments("no document", "[1]", "expected an object {...}, got [1]"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("WRONG")
    void refuses(String what, String text, String message) {
        assertThatThrownBy(() -> StateDocument.image(new Json("", JSON.readTree(text)))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    static final List<Arguments> DAMAGE = List.of(
            arguments("/shard_groups/0/primary", "\"nonsense\"", "shard_groups[0].primary: 'nonsense' is no address"),
            arguments("/shard_groups/0/primary_epoch", "\"7\"", "shard_groups[0].primary_epoch: expected a whole number"),
            arguments("/shard_groups/0/replicas/0/state", "\"new\"", "shard_groups[0].replicas[0].state: expected active, stale, syncing or async, got 'new'"),
            arguments("/shard_groups/1/name", "\"sg0\"", "shard_groups[1]: a second shard group sg0"),
            arguments("/collections/docs~1articles/bucket_to_group", "[\"sg9\"]", "collections.docs/articles.bucket_to_group[0]: no shard group 'sg9'"),
            arguments("/collections/docs~1articles/index_mode", "\"FAST\"", "collections.docs/articles.index_mode: no index mode: 'FAST'"),
            arguments("/collections/docs~1articles/dtypes", "\"int8\"", "collections.docs/articles.dtypes: expected float32 or float16"),
            arguments("/cluster_id", "null", "cluster_id: is missing"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("DAMAGE")
    void namesTheKeyThatIsDamaged(String pointer, String value, String message) {
        ObjectNode tree = tree();
        int slash = pointer.lastIndexOf('/');
        var parent = (ObjectNode) tree.at(pointer.substring(0, slash));
        parent.set(pointer.substring(slash + 1), JSON.readTree(value));
        assertThatThrownBy(() -> StateDocument.image(new Json("", tree))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    private static ObjectNode compact(ClusterImage image) {
        return (ObjectNode) JSON.readTree(JSON.writeValueAsString(StateDocument.compact(image)));
    }

    private static ObjectNode tree() {
        return (ObjectNode) JSON.readTree(JSON.writeValueAsString(StateDocument.of(IMAGE, true)));
    }

    private static ClusterImage filled() {
        ClusterImage image = ClusterImage.initial("cluster-1", 4, Durability.DEFAULT, List.of(
                new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", new NodeId("node-a")), new Epoch(7), 3,
                        List.of(new ReplicaImage(new MemberImage("http://b:1", new NodeId("node-b")), ReplicaState.STALE))),
                new ShardGroupImage(new ShardGroupId("sg1"), new MemberImage("http://c:1", null), new Epoch(1), 1, List.of())));
        var id = new CollectionId(1);
        for (Command command : List.of(
                new Command.CreateDatabase("docs"),
                new Command.DeclareCollection(new CollectionName("docs", "articles"), new CollectionSpec(384, ElementType.FLOAT32, "texts"), IndexMode.DEFAULT),
                new Command.SetIndex(id, IndexMode.parse("HNSW-L2").orElseThrow(), "{\"m\":16}"),
                new Command.AllocateIds(id, 100, 0))) {
            for (MetadataRecord record : ((Decision.Accepted) Decision.decide(image, command)).records()) image = image.apply(record);
        }
        return image;
    }
}
