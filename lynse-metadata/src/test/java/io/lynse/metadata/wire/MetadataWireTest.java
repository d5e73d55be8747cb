package io.lynse.metadata.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
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
import io.lynse.wire.v1.MetadataBuckets;
import io.lynse.wire.v1.MetadataChanges;
import io.lynse.wire.v1.MetadataCollection;
import io.lynse.wire.v1.MetadataCommand;
import io.lynse.wire.v1.MetadataImage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MetadataWireTest {

    static final ShardGroupId SG0 = new ShardGroupId("sg0");
    static final ShardGroupId SG1 = new ShardGroupId("sg1");
    static final MemberImage A = new MemberImage("http://a:1", new NodeId("node-a"));
    static final MemberImage UNSEEN = new MemberImage("http://d:1", null);
    static final CollectionName DOCS = new CollectionName("db", "docs");
    static final CollectionId ONE = new CollectionId(1);
    static final LeaseImage.Holder HOLDER = new LeaseImage.Holder("c1", "first start");
    static final LeaseEpoch LEASE = new LeaseEpoch(4);
    static final CoordinatorImage COORDINATOR = new CoordinatorImage(HOLDER, "http://c:7637", 12);
    static final List<ShardGroupId> GROUPS = List.of(SG0, SG1);
    static final BucketTable MOVED = BucketTable.of(List.of(SG1, SG0, SG0, SG1));
    static final CollectionImage FULL = new CollectionImage(
            ONE, DOCS, 384, ElementType.FLOAT16, "a text", IndexMode.parse("hnsw-cos").orElseThrow(), "{\"m\":8}", MOVED, 1L << 40);
    static final CollectionImage BARE = new CollectionImage(
            new CollectionId(2), new CollectionName("db", "e"), 0, ElementType.FLOAT32, null, null, "{}", BucketTable.striped(GROUPS, 8), 0);

    static final List<Command> COMMANDS = List.of(
            new Command.CreateDatabase("db"),
            new Command.DropDatabase("db"),
            new Command.DeclareCollection(DOCS, new CollectionSpec(4, ElementType.FLOAT16, "a text"), IndexMode.DEFAULT),
            new Command.DeclareCollection(DOCS, new CollectionSpec(0, ElementType.FLOAT32, null), null),
            new Command.DropCollection(DOCS),
            new Command.FixDimension(ONE, 7),
            new Command.SetIndex(ONE, IndexMode.DEFAULT, "{\"m\":8}"),
            new Command.SetIndex(ONE, null, "{}"),
            new Command.UpdateDescription(ONE, ""),
            new Command.AllocateIds(ONE, 10_000, Long.MAX_VALUE - 10_000),
            new Command.AddGroup(SG1, "http://e:1", List.of("http://f:1", "http://g:1")),
            new Command.AddGroup(SG1, "http://e:1", List.of()),
            new Command.AddReplica(SG0, "http://e:1"),
            new Command.RemoveReplica(SG0, "http://e:1"),
            new Command.BindNode(SG0, "http://a:1", new NodeId("node-a")),
            new Command.Promote(SG0, A, new Epoch(7), new Epoch(9)),
            new Command.SwitchOver(SG0, A, new Epoch(7), new Epoch(9)),
            new Command.ForcePromote(SG0, UNSEEN, new Epoch(7), new Epoch(9)),
            new Command.MarkActive(SG0, A, new Epoch(7), 12),
            new Command.MarkStale(SG0, UNSEEN, new Epoch(7), 12),
            new Command.AcquireLease(HOLDER, LEASE, 3),
            new Command.RenewLease(HOLDER, LEASE),
            new Command.ReleaseLease(HOLDER, LEASE),
            new Command.AnnounceCoordinator(HOLDER, "http://c:7637"),
            new Command.RetireCoordinator(HOLDER, 12),
            new Command.Led(LeaseEpoch.NONE, new Command.CreateDatabase("db")));

    static final List<MetadataRecord> RECORDS = List.of(
            new MetadataRecord.DatabaseCreated("db"),
            new MetadataRecord.DatabaseDropped("db"),
            new MetadataRecord.CollectionDeclared(FULL),
            new MetadataRecord.CollectionDeclared(BARE),
            new MetadataRecord.CollectionDropped(ONE),
            new MetadataRecord.DimensionFixed(ONE, 7),
            new MetadataRecord.IndexSet(ONE, IndexMode.DEFAULT, "{}"),
            new MetadataRecord.IndexSet(ONE, null, "{}"),
            new MetadataRecord.DescriptionUpdated(ONE, "a text"),
            new MetadataRecord.IdsAllocated(ONE, 5, 10_000),
            new MetadataRecord.GroupAdded(new ShardGroupImage(SG1, UNSEEN, new Epoch(1), 1, List.of(new ReplicaImage(A, ReplicaState.STALE)))),
            new MetadataRecord.ReplicasChanged(SG0, List.of(new ReplicaImage(A, ReplicaState.ACTIVE), new ReplicaImage(UNSEEN, ReplicaState.STALE))),
            new MetadataRecord.ReplicasChanged(SG0, List.of()),
            new MetadataRecord.NodeBound(SG0, "http://a:1", new NodeId("node-a")),
            new MetadataRecord.PrimaryPromoted(SG0, A, new Epoch(10), List.of(new ReplicaImage(UNSEEN, ReplicaState.SYNCING))),
            new MetadataRecord.ReplicaMarked(SG0, A, ReplicaState.STALE),
            new MetadataRecord.LeaseChanged(new LeaseImage(LEASE, HOLDER, 3)),
            new MetadataRecord.LeaseChanged(LeaseImage.NONE),
            new MetadataRecord.CoordinatorAnnounced(COORDINATOR),
            new MetadataRecord.CoordinatorRetired(HOLDER));

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void aCommandComesBackAsItWentIn(Command command) throws InvalidProtocolBufferException {
        byte[] bytes = CommandWire.command(command).toByteArray();
        assertThat(CommandWire.command(MetadataCommand.parseFrom(bytes))).isEqualTo(command);
        assertThat(bytes).hasSizeLessThan(1024);
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void aRecordComesBackAsItWentIn(MetadataRecord record) throws InvalidProtocolBufferException {
        byte[] bytes = ChangeWire.changes(List.of(record)).toByteArray();
        assertThat(ChangeWire.records(MetadataChanges.parseFrom(bytes))).containsExactly(record);
    }

    @Test
    void noKindIsForgottenHere() {
        assertThat(COMMANDS.stream().map(Object::getClass)).containsAll(List.of(Command.class.getPermittedSubclasses()));
        assertThat(RECORDS.stream().map(Object::getClass)).containsAll(List.of(MetadataRecord.class.getPermittedSubclasses()));
    }

    @Test
    void anImageComesBackAsItWentIn() throws InvalidProtocolBufferException {
        ClusterImage image = image(FULL, BARE);
        assertThat(ImageWire.image(MetadataImage.parseFrom(ImageWire.image(image).toByteArray()))).isEqualTo(image);
    }

    @Test
    void theOrderOfGroupsIsKept() throws InvalidProtocolBufferException {
        ClusterImage image = ClusterImage.initial("cluster-1", 4, Durability.DEFAULT, List.of(group(SG1), group(SG0)));
        assertThat(ImageWire.image(MetadataImage.parseFrom(ImageWire.image(image).toByteArray())).groups().keySet()).containsExactly(SG1, SG0);
    }

    // A bound of the metadata: an owner's snapshot and a new coordinator's first read carry all of this.
    @Test
    void aThousandCollectionsOfMovedBucketsAreBelow16Megabytes() {
        List<ShardGroupId> shuffled = IntStream.range(0, 4096).mapToObj(bucket -> bucket % 7 < 3 ? SG0 : SG1).toList();
        CollectionImage[] collections = IntStream.range(0, 1000)
                .mapToObj(i -> new CollectionImage(
                        new CollectionId(i + 1), new CollectionName("db", "c" + i), 384, ElementType.FLOAT32, "text", null, "{}", BucketTable.of(shuffled), i))
                .toArray(CollectionImage[]::new);
        assertThat(ImageWire.image(image(collections)).getSerializedSize()).isBetween(8_000_000, 16 << 20);
    }

    @Test
    void whatNoImageCanSayIsRefused() {
        var tooShort = MetadataCollection.newBuilder(ImageWire.collection(FULL))
                .setBuckets(MetadataBuckets.newBuilder().addGroups("sg0").setCount(2).setNumbers(ByteString.copyFrom(new byte[] {0, 0, 0}))).build();
        assertThatThrownBy(() -> ImageWire.collection(tooShort)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 buckets");
        var unknownGroup = MetadataCollection.newBuilder(ImageWire.collection(FULL))
                .setBuckets(MetadataBuckets.newBuilder().addGroups("sg0").setCount(1).setNumbers(ByteString.copyFrom(new byte[] {0, 1}))).build();
        assertThatThrownBy(() -> ImageWire.collection(unknownGroup)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no group 1");
        assertThatThrownBy(() -> CommandWire.command(MetadataCommand.getDefaultInstance())).isInstanceOf(IllegalArgumentException.class);
    }

    private static ClusterImage image(CollectionImage... collections) {
        var byName = new TreeMap<String, CollectionImage>();
        for (CollectionImage collection : collections) byName.put(collection.name().toString(), collection);
        ClusterImage empty = ClusterImage.initial("cluster-1", 8, Durability.ASYNC, List.of(group(SG0), group(SG1)));
        return new ClusterImage(
                empty.clusterId(), 77, 8, new Durability(true, 2), new TreeSet<>(List.of("db", "other")), byName, empty.groups(), 1001, new LeaseImage(LEASE, HOLDER, 3),
                Map.of(HOLDER, COORDINATOR));
    }

    private static ShardGroupImage group(ShardGroupId id) {
        return new ShardGroupImage(id, A, new Epoch(7), 3, List.of(new ReplicaImage(UNSEEN, ReplicaState.STALE)));
    }
}
