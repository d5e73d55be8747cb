package io.lynse.coordinator.metadata;

import io.lynse.coordinator.config.Json;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's image as a JSON document (wire contract 8.3), as it lies on disk and as {@code /cluster_info} shows it. Beyond the
 * contract's keys: {@code cluster_id}, {@code next_collection_id}; per group {@code primary_node_id}, {@code version}, per replica
 * {@code node_id}; per collection {@code collection_id}, {@code index_parameters}. Maps are sorted by key.
 */
public final class StateDocument {

    public static final String FORMAT = "lynsedb-cluster-state";
    private static final int VERSION = 1;
    private static final int CHUNK_SIZE = 100_000; // of the original's storage; means nothing here, but clients read it

    private StateDocument() {}

    /**
     * As it lies on disk: a name for each bucket of each collection would make most of it. A table has its groups ({@code bucket_groups}), and
     * where the buckets do not follow them in turn, {@code bucket_numbers}: for each bucket a place among the groups, two bytes, big-endian, all
     * in base64.
     */
    static Map<String, @Nullable Object> compact(ClusterImage image) {
        Map<String, @Nullable Object> document = of(image, false);
        var collections = new TreeMap<String, Object>();
        image.collections().forEach((name, collection) -> {
            Map<String, @Nullable Object> entry = collection(collection, false);
            BucketTable table = collection.table();
            entry.put("bucket_groups", table.groups().stream().map(ShardGroupId::value).toList());
            if (!table.equals(BucketTable.striped(table.groups(), table.bucketCount()))) entry.put("bucket_numbers", numbers(table));
            collections.put(name, entry);
        });
        document.put("collections", collections);
        return document;
    }

    private static String numbers(BucketTable table) {
        var bytes = ByteBuffer.allocate(table.bucketCount() * Short.BYTES);
        for (int bucket = 0; bucket < table.bucketCount(); bucket++) bytes.putShort((short) table.groupNumberOf(bucket));
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** @param withTables whether collections show the group of every bucket */
    public static Map<String, @Nullable Object> of(ClusterImage image, boolean withTables) {
        var document = new TreeMap<String, @Nullable Object>();
        document.put("format", FORMAT);
        document.put("version", VERSION);
        document.put("cluster_id", image.clusterId());
        document.put("meta_epoch", image.metaEpoch());
        document.put("bucket_count", image.bucketCount());
        document.put("write_mirror_replicas", image.durability().mirrors());
        document.put("min_active_members", image.durability().minActiveMembers());
        document.put("next_collection_id", image.nextCollectionId());
        document.put("databases", List.copyOf(image.databases()));
        var collections = new TreeMap<String, Object>();
        image.collections().forEach((name, collection) -> collections.put(name, collection(collection, withTables)));
        document.put("collections", collections);
        document.put("shard_groups", image.groups().values().stream().map(group -> group(group, image.durability())).toList());
        return document;
    }

    /** One collection, as its configuration shows it too. */
    public static Map<String, @Nullable Object> collection(CollectionImage collection, boolean withTable) {
        var out = new TreeMap<String, @Nullable Object>();
        out.put("collection_id", collection.id().value());
        out.put("dim", collection.dimension());
        out.put("chunk_size", CHUNK_SIZE);
        out.put("description", collection.description());
        out.put("dtypes", collection.elementType().text());
        IndexMode mode = collection.indexMode();
        out.put("index_mode", mode == null ? null : mode.text());
        out.put("index_parameters", collection.indexParameters());
        out.put("next_id", collection.nextId());
        out.put("bucket_count", collection.table().bucketCount());
        // Every integer routes alike here: there is nothing to lock in.
        out.put("integer_id_routing", null);
        if (withTable) out.put("bucket_to_group", collection.table().names());
        return out;
    }

    /** One group with its members. */
    public static Map<String, @Nullable Object> group(ShardGroupImage group, Durability durability) {
        var out = new TreeMap<String, @Nullable Object>();
        out.put("name", group.id().value());
        out.put("primary", group.primary().uri());
        out.put("primary_node_id", nodeId(group.primary()));
        out.put("primary_epoch", group.epoch().value());
        out.put("version", group.version());
        var replicas = new ArrayList<Map<String, @Nullable Object>>();
        for (ReplicaImage replica : group.replicas()) {
            var entry = new TreeMap<String, @Nullable Object>();
            entry.put("uri", replica.member().uri());
            entry.put("node_id", nodeId(replica.member()));
            entry.put("state", durability.shown(replica.state()));
            replicas.add(entry);
        }
        out.put("replicas", replicas);
        return out;
    }

    private static @Nullable String nodeId(MemberImage member) {
        NodeId node = member.nodeId();
        return node == null ? null : node.value();
    }

    /** @throws IllegalArgumentException naming the key that is missing or wrong */
    public static ClusterImage image(Json document) {
        document.requireObject();
        String format = document.get("format").text();
        if (!FORMAT.equals(format)) throw new IllegalArgumentException("format: expected \"" + FORMAT + "\", got " + format);
        int version = document.get("version").required("expected " + VERSION).integer(0);
        if (version != VERSION) throw new IllegalArgumentException("version: expected " + VERSION + ", got " + version + ": written by another release");
        var groups = new LinkedHashMap<ShardGroupId, ShardGroupImage>();
        for (Json entry : document.get("shard_groups").required("expected a list").elements()) {
            ShardGroupImage group = group(entry);
            if (groups.put(group.id(), group) != null) throw entry.wrong("a second shard group " + group.id());
        }
        var collections = new TreeMap<String, CollectionImage>();
        Json declared = document.get("collections");
        for (String name : declared.keys()) collections.put(name, collection(declared.get(name), name, groups));
        return new ClusterImage(
                document.get("cluster_id").requiredText(),
                document.get("meta_epoch").required("expected a whole number").integer(0L),
                document.get("bucket_count").required("expected a whole number").integer(0),
                new Durability(document.get("write_mirror_replicas").bool(true), document.get("min_active_members").integer(1)),
                new TreeSet<>(document.get("databases").elements().stream().map(Json::requiredText).toList()),
                collections,
                groups,
                document.get("next_collection_id").required("expected a whole number").integer(0L),
                LeaseImage.NONE, // who leads is heard from the owners, or from nobody
                Map.of());
    }

    private static ShardGroupImage group(Json entry) {
        return new ShardGroupImage(
                new ShardGroupId(entry.get("name").requiredText()),
                member(entry.get("primary"), entry.get("primary_node_id")),
                new Epoch(entry.get("primary_epoch").required("expected a whole number").integer(0L)),
                entry.get("version").integer(1L),
                entry.get("replicas").elements().stream().map(StateDocument::replica).toList());
    }

    private static ReplicaImage replica(Json entry) {
        Json state = entry.get("state");
        String text = state.requiredText();
        return new ReplicaImage(
                member(entry.get("uri"), entry.get("node_id")),
                // Where nobody waits for replicas, none is counted on.
                text.equals("async")
                        ? ReplicaState.STALE
                        : ReplicaState.named(text).orElseThrow(() -> state.wrong("expected active, stale, syncing or async, got '" + text + "'")));
    }

    private static MemberImage member(Json uri, Json nodeId) {
        String node = nodeId.text();
        return new MemberImage(uri.address().uri(), node == null ? null : new NodeId(node));
    }

    private static CollectionImage collection(Json entry, String key, Map<ShardGroupId, ShardGroupImage> groups) {
        int slash = key.indexOf('/');
        if (slash < 0) throw entry.wrong("expected a key DATABASE/COLLECTION");
        String mode = entry.get("index_mode").text();
        Json parameters = entry.get("index_parameters");
        String given = parameters.text();
        return new CollectionImage(
                new CollectionId(entry.get("collection_id").required("expected a whole number").integer(0L)),
                new CollectionName(key.substring(0, slash), key.substring(slash + 1)),
                entry.get("dim").integer(0),
                elementType(entry.get("dtypes")),
                entry.get("description").text(),
                mode == null ? null : IndexMode.parse(mode).orElseThrow(() -> entry.get("index_mode").wrong("no index mode: '" + mode + "'")),
                given == null ? CollectionImage.NO_PARAMETERS : given,
                table(entry, groups),
                entry.get("next_id").integer(0L));
    }

    private static ElementType elementType(Json dtypes) {
        String text = dtypes.text();
        for (ElementType type : ElementType.values()) {
            if (text == null || type.text().equals(text)) return type;
        }
        throw dtypes.wrong("expected float32 or float16, got '" + text + "'");
    }

    /** In either form. */
    private static BucketTable table(Json entry, Map<ShardGroupId, ShardGroupImage> groups) {
        Json compact = entry.get("bucket_groups");
        if (compact.absent()) return BucketTable.of(names(entry.get("bucket_to_group").required("expected a list"), groups));
        List<ShardGroupId> names = names(compact, groups);
        Json count = entry.get("bucket_count");
        int buckets = count.required("expected a whole number").integer(0);
        if (buckets < 1) throw count.wrong("expected at least one bucket");
        Json numbers = entry.get("bucket_numbers");
        String text = numbers.text();
        return text == null ? BucketTable.striped(names, buckets) : table(numbers, text, names, buckets);
    }

    private static BucketTable table(Json numbers, String text, List<ShardGroupId> groups, int buckets) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException damaged) {
            throw numbers.wrong("expected base64");
        }
        if (bytes.remaining() != buckets * Short.BYTES) throw numbers.wrong("expected two bytes for each of " + buckets + " buckets, got " + bytes.remaining());
        var names = new ArrayList<ShardGroupId>(buckets);
        while (bytes.hasRemaining()) {
            short number = bytes.getShort();
            if (number < 0 || number >= groups.size()) throw numbers.wrong("there is no group " + number);
            names.add(groups.get(number));
        }
        return BucketTable.of(names);
    }

    private static List<ShardGroupId> names(Json list, Map<ShardGroupId, ShardGroupImage> groups) {
        var names = new ArrayList<ShardGroupId>();
        for (Json name : list.elements()) {
            var group = new ShardGroupId(name.requiredText());
            if (!groups.containsKey(group)) throw name.wrong("no shard group '" + group + "'");
            names.add(group);
        }
        if (names.isEmpty()) throw list.wrong("expected at least one bucket");
        return names;
    }
}
