package io.lynse.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Whatever is asked, in whatever order: deciding and applying throw nothing, and what only ever grows never shrinks. Names, epochs and versions are
 * drawn from few, so that most commands meet something. {@code -Dlynse.seed=S} gives a run back.
 */
class DecisionPropertyTest {

    private static final long SEED = Long.getLong("lynse.seed", 1);
    private static final int RUNS = 40;
    private static final int COMMANDS = 300;

    private static final List<ShardGroupId> GROUPS = List.of(new ShardGroupId("sg0"), new ShardGroupId("sg1"), new ShardGroupId("nowhere"));
    private static final List<String> URIS = List.of("http://a:1", "http://b:1", "http://c:1", "http://d:1", "http://nobody:1");
    private static final List<NodeId> NODES = List.of(new NodeId("1"), new NodeId("2"), new NodeId("3"), new NodeId("4"));
    private static final List<LeaseImage.Holder> HOLDERS = List.of(new LeaseImage.Holder("c1", "x"), new LeaseImage.Holder("c1", "y"), new LeaseImage.Holder("c2", "z"));

    @Test
    void whatIsDecidedCanBeAppliedAndNothingRunsBackwards() {
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            var random = new SplittableRandom(seed);
            ClusterImage image = first();
            Set<CollectionId> used = new HashSet<>();
            for (int i = 0; i < COMMANDS; i++) {
                Command command = any(random, image);
                String when = "seed " + seed + ", command " + i + ": " + command;
                if (!(Decision.decide(image, command) instanceof Decision.Accepted(var records))) continue;
                assertThat(Decision.decide(image, command)).as(when).isEqualTo(new Decision.Accepted(records));
                for (MetadataRecord record : records) {
                    ClusterImage next = image.apply(record);
                    grows(when, image, next, record);
                    if (record instanceof MetadataRecord.CollectionDeclared(var declared)) assertThat(used.add(declared.id())).as(when).isTrue();
                    image = next;
                }
            }
        }
    }

    /** A record says what was decided; a copy of the image that is elsewhere may show nonsense after it, but never fails. */
    @Test
    void anyRecordCanBeAppliedToAnyImage() {
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            var random = new SplittableRandom(seed);
            ClusterImage image = first();
            ClusterImage elsewhere = first();
            for (int i = 0; i < COMMANDS; i++) {
                if (!(Decision.decide(image, any(random, image)) instanceof Decision.Accepted(var records))) continue;
                for (MetadataRecord record : records) {
                    image = image.apply(record);
                    if (!random.nextBoolean()) continue;
                    long before = elsewhere.metaEpoch();
                    elsewhere = elsewhere.apply(record);
                    assertThat(elsewhere.metaEpoch()).isEqualTo(record.raisesMetaEpoch() ? before + 1 : before);
                }
            }
        }
    }

    private static void grows(String when, ClusterImage before, ClusterImage after, MetadataRecord record) {
        assertThat(after.metaEpoch()).as(when).isEqualTo(record.raisesMetaEpoch() ? before.metaEpoch() + 1 : before.metaEpoch());
        assertThat(after.nextCollectionId()).as(when).isGreaterThanOrEqualTo(before.nextCollectionId());
        assertThat(after.lease().epoch()).as(when).isGreaterThanOrEqualTo(before.lease().epoch());
        assertThat(after.coordinators()).as(when).hasSizeLessThanOrEqualTo(Decision.COORDINATORS_MAX);
        after.coordinators().forEach((process, coordinator) ->
                assertThat(coordinator.announcements()).as(when).isGreaterThanOrEqualTo(announcements(before, process)));
        if (record instanceof MetadataRecord.GroupAdded(var added)) assertThat(before.groups()).as(when).doesNotContainKey(added.id());
        else assertThat(after.groups().keySet()).as(when).isEqualTo(before.groups().keySet());
        List<String> uris = after.groups().values().stream().flatMap(group -> group.members().stream()).map(MemberImage::uri).toList();
        assertThat(uris).as(when).doesNotHaveDuplicates();
        for (ShardGroupImage group : after.groups().values()) {
            if (!before.groups().containsKey(group.id())) continue;
            ShardGroupImage was = before.group(group.id());
            assertThat(group.epoch()).as(when).isGreaterThanOrEqualTo(was.epoch());
            if (!group.equals(was)) assertThat(group.version()).as(when).isEqualTo(was.version() + 1);
            if (record instanceof MetadataRecord.ReplicasChanged(var changed, _) && changed.equals(group.id())) {
                assertThat(group.primary()).as(when).isEqualTo(was.primary());
                assertThat(Math.abs(group.replicas().size() - was.replicas().size())).as(when).isOne();
                assertThat(was.activeMembers()).as("nobody becomes active by that: " + when).containsAll(group.activeMembers());
            } else {
                assertThat(group.members().stream().map(MemberImage::uri)).as(when).containsExactlyInAnyOrderElementsOf(was.members().stream().map(MemberImage::uri).toList());
            }
            boolean changesHands = !group.primary().equals(was.primary()) && was.primary().bound();
            if (changesHands) assertThat(group.epoch()).as(when).isGreaterThan(was.epoch());
        }
        for (CollectionImage collection : after.collections().values()) {
            assertThat(after.databases()).as(when).contains(collection.name().database());
            assertThat(collection.id().value()).as(when).isLessThan(after.nextCollectionId());
            before.collection(collection.id()).ifPresent(was -> assertThat(collection.nextId()).as(when).isGreaterThanOrEqualTo(was.nextId()));
        }
        List<NodeId> nodes = after.groups().values().stream().flatMap(group -> group.members().stream()).filter(MemberImage::bound).map(MemberImage::nodeId).toList();
        assertThat(nodes).as(when).doesNotHaveDuplicates();
    }

    private static ClusterImage first() {
        return ClusterImage.initial("cluster", 4, Durability.DEFAULT, List.of(
                new ShardGroupImage(GROUPS.get(0), new MemberImage(URIS.get(0), null), new Epoch(1), 1, List.of(
                        new ReplicaImage(new MemberImage(URIS.get(1), null), ReplicaState.ACTIVE), new ReplicaImage(new MemberImage(URIS.get(2), null), ReplicaState.STALE))),
                new ShardGroupImage(GROUPS.get(1), new MemberImage(URIS.get(3), null), new Epoch(1), 1, List.of())));
    }

    private static Command any(SplittableRandom random, ClusterImage image) {
        var groups = image.groups().values().stream().toList();
        ShardGroupImage group = groups.get(random.nextInt(groups.size()));
        ShardGroupId id = random.nextInt(10) == 0 ? one(random, GROUPS) : group.id();
        var members = new ArrayList<>(group.members());
        members.add(new MemberImage(one(random, URIS), one(random, NODES)));
        MemberImage member = one(random, members);
        var epoch = new Epoch(Math.max(0, group.epoch().value() + random.nextInt(-1, 2) * random.nextInt(2)));
        var seen = new Epoch(random.nextInt(4) == 0 ? random.nextInt(40) : group.epoch().value());
        long version = group.version() - (random.nextInt(4) == 0 ? random.nextInt(2) : 0);
        var lease = new LeaseEpoch(Math.max(0, image.lease().epoch().value() - random.nextInt(2) * random.nextInt(2)));
        LeaseImage.Holder held = image.lease().holder();
        LeaseImage.Holder holder = held != null && random.nextBoolean() ? held : one(random, HOLDERS);
        var name = new CollectionName("db" + random.nextInt(2), "c" + random.nextInt(3));
        var collection = new CollectionId(Math.max(1, image.nextCollectionId() - random.nextInt(1, 4)));
        int dimension = random.nextInt(-1, 3);
        var spec = new CollectionSpec(Math.max(0, dimension), ElementType.FLOAT32, null);
        List<Supplier<Command>> free = List.of(
                () -> new Command.AcquireLease(holder, lease, image.lease().renewals() - random.nextInt(2) * random.nextInt(2)),
                () -> new Command.RenewLease(holder, lease),
                () -> new Command.ReleaseLease(holder, lease),
                () -> new Command.AnnounceCoordinator(holder, one(random, URIS)),
                () -> new Command.RetireCoordinator(holder, announcements(image, holder) - random.nextInt(2) * random.nextInt(2)),
                () -> new Command.MarkActive(id, member, epoch, version),
                () -> new Command.MarkStale(id, member, epoch, version),
                () -> new Command.AllocateIds(collection, random.nextInt(-1, 10), random.nextInt(50) == 0 ? Long.MAX_VALUE - random.nextInt(20) : random.nextInt(-5, 100)),
                () -> new Command.FixDimension(collection, dimension));
        List<Supplier<Command>> led = List.of(
                () -> new Command.CreateDatabase(name.database()),
                () -> new Command.DropDatabase(name.database()),
                () -> new Command.DeclareCollection(name, spec, random.nextBoolean() ? IndexMode.DEFAULT : null),
                () -> new Command.DropCollection(name),
                () -> new Command.SetIndex(collection, null, "{}"),
                () -> new Command.UpdateDescription(collection, "text"),
                () -> new Command.AddGroup(new ShardGroupId("more" + random.nextInt(3)), one(random, URIS), random.nextBoolean() ? List.of() : List.of("http://more:" + random.nextInt(3))),
                () -> new Command.AddReplica(id, random.nextBoolean() ? one(random, URIS) : "http://more:" + random.nextInt(3)),
                () -> new Command.RemoveReplica(id, one(random, URIS)),
                () -> new Command.BindNode(id, one(random, URIS), one(random, NODES)),
                () -> new Command.Promote(id, member, epoch, seen),
                () -> new Command.SwitchOver(id, member, epoch, seen),
                () -> new Command.ForcePromote(id, member, epoch, seen));
        if (random.nextInt(3) == 0) return one(random, free).get();
        Command command = one(random, led).get();
        return random.nextInt(10) == 0 ? command : new Command.Led(lease, command);
    }

    private static long announcements(ClusterImage image, LeaseImage.Holder process) {
        CoordinatorImage coordinator = image.coordinators().get(process);
        return coordinator == null ? 0 : coordinator.announcements();
    }

    private static <T> T one(SplittableRandom random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
