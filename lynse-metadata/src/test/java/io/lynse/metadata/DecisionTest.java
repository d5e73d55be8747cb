package io.lynse.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseError;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class DecisionTest {

    static final ShardGroupId SG0 = new ShardGroupId("sg0");
    static final ShardGroupId SG1 = new ShardGroupId("sg1");
    static final MemberImage A = new MemberImage("http://a:1", new NodeId("node-a"));
    static final MemberImage B = new MemberImage("http://b:1", new NodeId("node-b"));
    static final MemberImage C = new MemberImage("http://c:1", new NodeId("node-c"));
    static final MemberImage D = new MemberImage("http://d:1", null);
    static final CollectionName DOCS = new CollectionName("db", "docs");
    static final CollectionId ONE = new CollectionId(1);
    static final CollectionSpec SPEC = new CollectionSpec(4, ElementType.FLOAT32, null);

    // sg0, epoch 7: a is primary, b is active, c is stale. sg1, epoch 1: d is primary and was never seen.
    static final ClusterImage EMPTY = ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(
            new ShardGroupImage(SG0, A, new Epoch(7), 3, List.of(new ReplicaImage(B, ReplicaState.ACTIVE), new ReplicaImage(C, ReplicaState.STALE))),
            new ShardGroupImage(SG1, D, new Epoch(1), 1, List.of())));
    // The same, and a write needs two members.
    static final ClusterImage NEEDS_TWO = ClusterImage.initial("cluster-1", 8, new Durability(true, 2), List.copyOf(EMPTY.groups().values()));
    // With database db and in it docs (id 1, dimension 4).
    static final ClusterImage FILLED = after(EMPTY, new Command.CreateDatabase("db"), new Command.DeclareCollection(DOCS, SPEC, IndexMode.DEFAULT));
    static final ClusterImage UNFIXED = after(
            EMPTY, new Command.CreateDatabase("db"), new Command.DeclareCollection(DOCS, new CollectionSpec(0, ElementType.FLOAT32, null), null));

    static final List<Arguments> REFUSALS = List.of(
            arguments("a collection needs its database", EMPTY, new Command.DeclareCollection(DOCS, SPEC, null), new LynseError.NotFound("database", "db")),
            arguments("a name is declared once", FILLED, new Command.DeclareCollection(DOCS, SPEC, null), new LynseError.AlreadyExists("collection", "docs")),
            arguments("dropping needs the database", EMPTY, new Command.DropCollection(DOCS), new LynseError.NotFound("database", "db")),
            arguments("a dimension is fixed once", FILLED, new Command.FixDimension(ONE, 5), LynseError.invalid("vectors", "Dimension mismatch: expected 4, got 5")),
            arguments("a dimension is at least 1", UNFIXED, new Command.FixDimension(ONE, 0), LynseError.invalid("dim", "a dimension must be at least 1: 0")),
            arguments("no group holds vectors so long", UNFIXED, new Command.FixDimension(ONE, 16_385),
                    LynseError.invalid("vectors", "vector dimension must be between 1 and 16384, got 16385")),
            arguments("no group takes a collection of vectors so long", FILLED,
                    new Command.DeclareCollection(new CollectionName("db", "long"), new CollectionSpec(16_385, ElementType.FLOAT32, null), null),
                    LynseError.invalid("dim", "dim must be at most 16384, got 16385")),
            arguments("an unknown collection has no index", EMPTY, new Command.SetIndex(ONE, null, "{}"), new LynseError.NotFound("collection", "1")),
            arguments("an unknown collection gives no ids", EMPTY, new Command.AllocateIds(ONE, 1, 0), new LynseError.NotFound("collection", "1")),
            arguments("a block has ids", FILLED, new Command.AllocateIds(ONE, 0, 0), LynseError.invalid("n_vectors", "at least one id must be asked for: 0")),
            arguments("ids end", FILLED, new Command.AllocateIds(ONE, 2, Long.MAX_VALUE - 1), new LynseError.Conflict("collection db/docs has no integer ids left")),
            arguments("another node at the primary's address is not the old one", EMPTY, new Command.BindNode(SG0, "http://a:1", new NodeId("wiped")),
                    new LynseError.Conflict("shard group sg0 waits for http://a:1 (node node-a), not for node wiped")),
            arguments("a copied directory is no new member", EMPTY, new Command.BindNode(SG1, "http://d:1", new NodeId("node-a")),
                    new LynseError.Conflict("node node-a at http://d:1 is a copy of the one at http://a:1")),
            arguments("only members are bound", EMPTY, new Command.BindNode(SG1, "http://e:1", new NodeId("node-e")), new LynseError.NotFound("member", "http://e:1")),
            arguments("a promotion names the epoch it decided on", EMPTY, new Command.Promote(SG0, B, new Epoch(6), new Epoch(7)),
                    new LynseError.StaleEpoch(new Epoch(6), new Epoch(7))),
            arguments("a stale replica is never promoted", EMPTY, new Command.Promote(SG0, C, new Epoch(7), new Epoch(7)),
                    new LynseError.Conflict("http://c:1 (node node-c) is no active member of shard group sg0")),
            arguments("a member is its node, not its address", EMPTY, new Command.Promote(SG0, new MemberImage(B.uri(), new NodeId("other")), new Epoch(7), new Epoch(7)),
                    new LynseError.Conflict("http://b:1 (node other) is no active member of shard group sg0")),
            arguments("a node that was never seen is not promoted", EMPTY, new Command.Promote(SG1, D, new Epoch(1), new Epoch(1)),
                    new LynseError.Conflict("http://d:1 is no active member of shard group sg1")),
            arguments("an unknown group has no primary", EMPTY, new Command.Promote(new ShardGroupId("sg9"), A, new Epoch(7), new Epoch(7)),
                    new LynseError.NotFound("shard group", "sg9")),
            arguments("a group's name is given once", EMPTY, new Command.AddGroup(SG1, "http://e:1", List.of()), new LynseError.AlreadyExists("shard group", "sg1")),
            arguments("a node is in one group", EMPTY, new Command.AddGroup(new ShardGroupId("sg2"), "http://e:1", List.of("http://b:1")),
                    new LynseError.Conflict("http://b:1 is a member of shard group sg0")),
            arguments("a replica is in one group", EMPTY, new Command.AddReplica(SG1, "http://b:1"), new LynseError.Conflict("http://b:1 is a member of shard group sg0")),
            arguments("an unknown group gets no replica", EMPTY, new Command.AddReplica(new ShardGroupId("sg9"), "http://e:1"), new LynseError.NotFound("shard group", "sg9")),
            arguments("an unknown group loses no replica", EMPTY, new Command.RemoveReplica(new ShardGroupId("sg9"), "http://b:1"), new LynseError.NotFound("shard group", "sg9")),
            arguments("a primary is not taken out", EMPTY, new Command.RemoveReplica(SG0, "http://a:1"),
                    new LynseError.Conflict("http://a:1 is the primary of shard group sg0: switch over to another member first")),
            arguments("no more replicas than a primary can wait for", full(), new Command.AddReplica(SG1, "http://e:1"), new LynseError.Conflict("a shard group has at most 16 replicas")),
            arguments("nobody is taken out whom writes need", NEEDS_TWO, new Command.RemoveReplica(SG0, "http://b:1"),
                    new LynseError.Conflict("shard group sg0 would have 1 active members, min_active_members is 2: add another one first")),
            arguments("a member has an address of its own", EMPTY, new Command.AddGroup(new ShardGroupId("sg2"), "http://e:1", List.of("http://f:1", "http://e:1")),
                    LynseError.invalid("replicas", "every member of shard group sg2 needs an address of its own")));

    @ParameterizedTest(name = "{0}")
    @FieldSource("REFUSALS")
    void refuses(String rule, ClusterImage image, Command command, LynseError error) {
        assertThat(Decision.decide(image, command)).isEqualTo(new Decision.Refused(error));
    }

    static final List<Arguments> NOTHING = List.of(
            arguments("a database that exists", FILLED, new Command.CreateDatabase("db")),
            arguments("a database that does not", EMPTY, new Command.DropDatabase("db")),
            arguments("a collection that does not exist", FILLED, new Command.DropCollection(new CollectionName("db", "other"))),
            arguments("a dimension that is fixed already", FILLED, new Command.FixDimension(ONE, 4)),
            arguments("a group that is there already, in whatever roles", EMPTY, new Command.AddGroup(SG0, "http://c:1", List.of("http://a:1", "http://b:1"))),
            arguments("a replica that is there already", EMPTY, new Command.AddReplica(SG0, "http://b:1")),
            arguments("a replica that is not there", EMPTY, new Command.RemoveReplica(SG0, "http://e:1")),
            arguments("a node that is bound already", EMPTY, new Command.BindNode(SG0, "http://b:1", new NodeId("node-b"))));

    @ParameterizedTest(name = "{0}")
    @FieldSource("NOTHING")
    void changesNothing(String when, ClusterImage image, Command command) {
        assertThat(Decision.decide(image, command)).isEqualTo(new Decision.Accepted(List.of()));
    }

    @Test
    void anAddedReplicaIsStaleAndMeetsItsNodeLater() {
        ShardGroupImage now = after(EMPTY, new Command.AddReplica(SG0, "http://e:1")).group(SG0);
        assertThat(now.replicas()).startsWith(new ReplicaImage(B, ReplicaState.ACTIVE)).endsWith(new ReplicaImage(new MemberImage("http://e:1", null), ReplicaState.STALE));
        assertThat(now.version()).as("what was proposed before is void").isEqualTo(4);
    }

    @Test
    void aRemovedReplicaIsNoMemberAnyMoreEvenIfItWasActive() {
        ShardGroupImage now = after(EMPTY, new Command.RemoveReplica(SG0, "http://b:1")).group(SG0);
        assertThat(now.members()).containsExactly(A, C);
        assertThat(now.version()).isEqualTo(4);
        assertThat(after(NEEDS_TWO, new Command.RemoveReplica(SG0, "http://c:1")).group(SG0).members()).as("a stale one is nobody whom writes need").containsExactly(A, B);
    }

    private static ClusterImage full() {
        ClusterImage image = EMPTY;
        for (int i = 0; i < Decision.REPLICAS_MAX; i++) image = after(image, new Command.AddReplica(SG1, "http://r" + i + ":1"));
        return image;
    }

    @Test
    void aCollectionIsDeclaredWithItsBuckets() {
        CollectionImage docs = Objects.requireNonNull(FILLED.collection(DOCS));
        assertThat(docs.id()).isEqualTo(ONE);
        assertThat(docs.dimension()).isEqualTo(4);
        assertThat(docs.indexMode()).isEqualTo(IndexMode.DEFAULT);
        assertThat(docs.table()).isEqualTo(BucketTable.striped(List.of(SG0, SG1), 8));
    }

    @Test
    void aNewGroupIsUsedByNewCollectionsAlone() {
        var sg2 = new ShardGroupId("sg2");
        var later = new CollectionName("db", "later");
        ClusterImage image = after(FILLED, new Command.AddGroup(sg2, "http://e:1", List.of("http://f:1")), new Command.DeclareCollection(later, SPEC, null));
        assertThat(image.group(sg2)).isEqualTo(new ShardGroupImage(sg2, new MemberImage("http://e:1", null), new Epoch(1), 1,
                List.of(new ReplicaImage(new MemberImage("http://f:1", null), ReplicaState.STALE))));
        assertThat(Objects.requireNonNull(image.collection(DOCS)).table()).isEqualTo(BucketTable.striped(List.of(SG0, SG1), 8));
        assertThat(Objects.requireNonNull(image.collection(later)).table()).isEqualTo(BucketTable.striped(List.of(SG0, SG1, sg2), 8));
    }

    @Test
    void aNameThatCameBackIsANewCollection() {
        ClusterImage again = after(FILLED, new Command.DropCollection(DOCS), new Command.DeclareCollection(DOCS, SPEC, null));
        assertThat(again.collection(DOCS)).extracting(CollectionImage::id).isEqualTo(new CollectionId(2));
        ClusterImage wholeDatabase = after(
                FILLED, new Command.DropDatabase("db"), new Command.CreateDatabase("db"), new Command.DeclareCollection(DOCS, SPEC, null));
        assertThat(wholeDatabase.collection(DOCS)).extracting(CollectionImage::id).isEqualTo(new CollectionId(2));
    }

    @Test
    void aDroppedDatabaseTakesItsCollectionsAlong() {
        ClusterImage two = after(FILLED, new Command.CreateDatabase("db2"), new Command.DeclareCollection(new CollectionName("db2", "docs"), SPEC, null));
        ClusterImage left = after(two, new Command.DropDatabase("db"));
        assertThat(left.databases()).containsExactly("db2");
        assertThat(left.collections().keySet()).containsExactly("db2/docs");
    }

    @Test
    void theFirstInsertFixesTheDimension() {
        ClusterImage fixed = after(UNFIXED, new Command.FixDimension(ONE, 384));
        assertThat(fixed.collection(DOCS)).extracting(CollectionImage::dimension).isEqualTo(384);
        ClusterImage longest = after(UNFIXED, new Command.FixDimension(ONE, CollectionSpec.DIMENSION_MAX));
        assertThat(longest.collection(DOCS)).extracting(CollectionImage::dimension).isEqualTo(16_384);
    }

    @Test
    void blocksOfIdsNeverOverlapAndStartWhereAsked() {
        ClusterImage image = FILLED;
        var first = allocated(image, 10, 0);
        assertThat(first).isEqualTo(new MetadataRecord.IdsAllocated(ONE, 0, 10));
        image = image.apply(first);
        var second = allocated(image, 5, 3);
        assertThat(second).isEqualTo(new MetadataRecord.IdsAllocated(ONE, 10, 5));
        image = image.apply(second);
        assertThat(allocated(image, 1, 100)).isEqualTo(new MetadataRecord.IdsAllocated(ONE, 100, 1));
    }

    @Test
    void anAddressIsTiedToTheNodeFirstSeenThere() {
        ClusterImage bound = after(EMPTY, new Command.BindNode(SG1, "http://d:1", new NodeId("node-d")));
        assertThat(bound.group(SG1).primary()).isEqualTo(new MemberImage("http://d:1", new NodeId("node-d")));
        assertThat(bound.group(SG1).version()).isEqualTo(2);
        assertThat(bound.group(SG1).epoch()).isEqualTo(new Epoch(1));
    }

    @Test
    void aRestartedPrimaryIsPromotedAnewAboveAllItHasSeen() {
        ShardGroupImage group = after(EMPTY, new Command.Promote(SG0, A, new Epoch(7), new Epoch(9))).group(SG0);
        assertThat(group.epoch()).isEqualTo(new Epoch(10));
        assertThat(group.primary()).isEqualTo(A);
        assertThat(group.replicas()).isEqualTo(EMPTY.group(SG0).replicas());
    }

    @Test
    void aPromotedReplicaLeavesTheOldPrimaryStale() {
        ShardGroupImage group = after(EMPTY, new Command.Promote(SG0, B, new Epoch(7), new Epoch(7))).group(SG0);
        assertThat(group.epoch()).isEqualTo(new Epoch(8));
        assertThat(group.primary()).isEqualTo(B);
        assertThat(group.replicas()).containsExactly(new ReplicaImage(C, ReplicaState.STALE), new ReplicaImage(A, ReplicaState.STALE));
        assertThat(group.activeMembers()).containsExactly(B);
        assertThat(group.version()).isEqualTo(4);
    }

    @Test
    void everyRecordRaisesTheMetaEpochByOne() {
        assertThat(FILLED.metaEpoch()).isEqualTo(EMPTY.metaEpoch() + 2);
        assertThat(after(FILLED, new Command.SetIndex(ONE, null, "{}"), new Command.UpdateDescription(ONE, "x"), new Command.CreateDatabase("db")).metaEpoch())
                .isEqualTo(EMPTY.metaEpoch() + 4);
    }

    private static MetadataRecord allocated(ClusterImage image, long count, long atLeast) {
        var accepted = (Decision.Accepted) Decision.decide(image, new Command.AllocateIds(ONE, count, atLeast));
        return accepted.records().getFirst();
    }

    private static ClusterImage after(ClusterImage image, Command... commands) {
        ClusterImage now = image;
        for (Command command : commands) {
            var accepted = (Decision.Accepted) Decision.decide(now, command);
            for (MetadataRecord record : accepted.records()) now = now.apply(record);
        }
        return now;
    }
}
