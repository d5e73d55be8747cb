package io.lynse.tests.replication;

import io.lynse.engine.Applied;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.ParsedEntry;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A shard group of real nodes. The test is its coordinator: it shows views and promotes. The first node is its first primary, all others begin stale. */
final class RealGroup implements AutoCloseable {

    static final ShardGroupId ID = new ShardGroupId("sg0");
    static final CollectionId COLLECTION = new CollectionId(1);

    final List<RealNode> nodes = new ArrayList<>();
    final MetadataRegister metadata;
    private long clock = 1;

    RealGroup(Path folder, List<Integer> ports, UnaryOperator<EngineSettings> engineSettings) {
        this(folder, ports, engineSettings, Durability.DEFAULT);
    }

    RealGroup(Path folder, List<Integer> ports, UnaryOperator<EngineSettings> engineSettings, Durability durability) {
        List<ReplicaImage> replicas = ports.stream().skip(1).map(port -> new ReplicaImage(new MemberImage("http://127.0.0.1:" + port, null), ReplicaState.STALE)).toList();
        metadata = new MetadataRegister(new ShardGroupImage(ID, new MemberImage("http://127.0.0.1:" + ports.getFirst(), null), new Epoch(1), 1, replicas), durability);
        for (int port : ports) nodes.add(new RealNode(folder.resolve("node" + port), port, metadata, engineSettings));
        for (RealNode node : nodes) {
            node.start();
            metadata.decide(new Command.BindNode(ID, node.uri, node.id()));
        }
    }

    ShardGroupImage image() {
        return metadata.image().group(ID);
    }

    ReplicaState state(RealNode node) {
        return image().replicas().stream().filter(replica -> replica.member().uri().equals(node.uri)).findFirst().orElseThrow().state();
    }

    Fence fence() {
        return new Fence(ID, image().epoch());
    }

    /** Every node that runs is shown the group as it is now. */
    void show() {
        for (RealNode node : nodes) if (node.isUp()) node.see(view());
    }

    GroupView view() {
        ClusterImage cluster = metadata.image();
        ShardGroupImage group = cluster.group(ID);
        return new GroupView(
                cluster.clusterId(), ID, group.epoch(), cluster.metaEpoch(), group.version(), member(group.primary()),
                group.replicas().stream().map(replica -> new GroupView.Replica(member(replica.member()), replica.state().text())).toList(), "",
                List.of("http://in-memory:1"), cluster.durability());
    }

    private static GroupView.Member member(MemberImage member) {
        return new GroupView.Member(member.uri(), member.nodeId());
    }

    void promote(RealNode node) {
        metadata.decide(new Command.Promote(ID, node.identity(), image().epoch(), image().epoch()));
    }

    /** Makes the collection, of two dimensions. */
    void create(RealNode primary) {
        primary.write(fence(), entry(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("db").build().toByteString().asReadOnlyByteBuffer())).join();
        var create = CreateCollection.newBuilder().setDatabase("db").setCollection("c").setCollectionId(COLLECTION.value()).setElementType(Wire.elementType(ElementType.FLOAT32));
        primary.write(fence(), entry(EntryType.CREATE_COLLECTION, create.build().toByteString().asReadOnlyByteBuffer())).join();
    }

    /** An entry that adds rows from that id on. */
    ParsedEntry rows(long firstId, int count, int dimension) {
        UUID id = UUID.randomUUID();
        byte[] writeId = ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
        var vectors = new float[count][dimension];
        for (int row = 0; row < count; row++) vectors[row][row % dimension] = firstId + row + 1;
        var batch = new RowBatch(WriteKind.ADD, Vectors.of(vectors), Ids.range(firstId, count), FieldBlock.NONE);
        return entry(EntryType.WRITE_ROWS, Wire.writeRows(COLLECTION, batch, clock++, writeId).toByteString().asReadOnlyByteBuffer());
    }

    CompletableFuture<Applied> add(RealNode primary, long id) {
        return primary.write(fence(), rows(id, 1, 2));
    }

    private static ParsedEntry entry(EntryType type, ByteBuffer payload) {
        return ParsedEntry.of(type.getNumber(), 1, payload);
    }

    static boolean reached(RealNode node, Lsn lsn) {
        return node.engine().appliedLsn().compareTo(lsn) >= 0;
    }

    @Override
    public void close() {
        nodes.forEach(RealNode::close);
    }
}
