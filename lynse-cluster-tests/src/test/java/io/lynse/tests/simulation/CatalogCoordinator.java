package io.lynse.tests.simulation;

import io.lynse.coordinator.collection.CatalogRepair;
import io.lynse.coordinator.collection.Reconciliation;
import io.lynse.coordinator.collection.Reconciliation.Step;
import io.lynse.coordinator.write.IdBlock;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A coordinator that declares, drops, gives ids away and reconciles, with the real cores. All of them do, at the same time: that is worse than one leader. */
final class CatalogCoordinator {

    /** @param asOf meta epoch of the image in which it was found */
    record Found(CollectionImage collection, long asOf) {}

    /** A row that is in. */
    record Inserted(long row, long value) {}

    private static final long CALL_MAX = 400 * World.MILLI;
    private static final long RETRIES = 4;
    private static final int ROUNDS_MAX = 5; // of an insert whose ids somebody else has chosen
    private static final long RECONCILE_AGAIN = 3 * World.SECOND;

    final String address;
    private final CatalogWorld cluster;
    private final World world;
    private final Chance chance;
    private final Map<CollectionId, IdBlock> blocks = new HashMap<>();
    private final Map<CatalogGroup, Long> reconciled = new HashMap<>(); // epoch in which it was
    private final Map<CatalogGroup, Long> reconciledAt = new HashMap<>();
    private final Set<CatalogGroup> doubted = new HashSet<>();
    private final Set<CatalogGroup> reconciling = new HashSet<>();
    private ClusterImage image;
    private long incarnation;

    CatalogCoordinator(CatalogWorld cluster, String address) {
        this.cluster = cluster;
        this.world = cluster.world;
        chance = world.chance("coordinator " + address);
        this.address = address;
        image = cluster.metadata.image();
        cluster.metadata.watch(seen -> {
            if (!cluster.network.isCut("metadata", address)) see(seen);
        });
        start();
    }

    /** Anew: what the process knew is gone. */
    void start() {
        incarnation++;
        image = cluster.metadata.image();
        blocks.clear();
        reconciled.clear();
        reconciledAt.clear();
        doubted.clear();
        reconciling.clear();
        lookAfter();
    }

    /** What this coordinator knows by that name; null: no such collection. */
    @Nullable Found find(CollectionName name) {
        CollectionImage collection = image.collection(name);
        return collection == null ? null : new Found(collection, image.metaEpoch());
    }

    // ---- what clients ask for

    void create(CollectionName name) {
        propose(new Command.DeclareCollection(name, new CollectionSpec(4, ElementType.FLOAT32, null), null), accepted -> {
            for (MetadataRecord record : accepted.records()) {
                if (record instanceof MetadataRecord.CollectionDeclared(CollectionImage declared)) everywhere(new CatalogRepair.Create(declared));
            }
        });
    }

    void drop(CollectionName name) {
        propose(new Command.DropCollection(name), accepted -> {
            for (MetadataRecord record : accepted.records()) {
                if (record instanceof MetadataRecord.CollectionDropped(CollectionId dropped)) everywhere(new CatalogRepair.Drop(dropped));
            }
        });
    }

    /** A row without an id; it gets another if somebody has chosen the one that it was given. @param value and the next few are this request's */
    void insert(Found into, long value, int round, Consumer<Inserted> done) {
        take(into, 0, id -> put(into, id, value, RETRIES, result -> {
            if (result == CatalogGroup.Insert.DONE) done.accept(new Inserted(id, value));
            if (result != CatalogGroup.Insert.ID_TAKEN || round == ROUNDS_MAX) return;
            blocks.remove(into.collection().id());
            insert(into, value + 1, round + 1, done);
        }));
    }

    /** @param then hears what it came to; never, if nobody knows */
    void put(Found into, long id, long value, long retries, Consumer<CatalogGroup.Insert> then) {
        CatalogGroup group = cluster.group(into.collection(), id);
        cluster.ghost.sends(into, value);
        call(group, there -> there.insert(into.collection().id(), id, value), result -> {
            if (result == CatalogGroup.Insert.NO_COLLECTION) doubted.add(group);
            if (result != null && result != CatalogGroup.Insert.NO_COLLECTION) then.accept(result);
            else if (retries > 0) later(100 * World.MILLI, () -> put(into, id, value, retries - 1, then));
        });
    }

    void read(Found from, long id) {
        call(cluster.group(from.collection(), id), there -> there.read(from.collection().id(), id), value -> {
            if (value != null) cluster.ghost.reads(from, id, value);
        });
    }

    private void take(Found into, int tries, LongConsumer then) {
        CollectionImage collection = into.collection();
        IdBlock block = blocks.computeIfAbsent(collection.id(), _ -> new IdBlock());
        switch (block.take(1)) {
            case IdBlock.Next.Taken(Ids.Range ids) -> {
                cluster.ghost.gives(into, ids.intAt(0), address);
                then.accept(ids.intAt(0));
            }
            case IdBlock.Next.AskFloor() -> floor(collection, 0, new ArrayDeque<>(cluster.groups), lowest -> {
                block.floor(lowest);
                take(into, tries, then);
            });
            case IdBlock.Next.Ask(long count, long atLeast) -> ask(new Command.AllocateIds(collection.id(), count, atLeast), reply -> {
                switch (reply) {
                    case SimMetadata.Reply.Answered(Decision.Accepted(var records), _) -> {
                        var granted = (MetadataRecord.IdsAllocated) records.getFirst();
                        block.granted(granted.first(), granted.count());
                    }
                    case SimMetadata.Reply.Answered _ -> {
                        return; // dropped meanwhile
                    }
                    case SimMetadata.Reply.Refused(), SimMetadata.Reply.Unknown() -> {
                        if (tries == RETRIES) return;
                        if (cluster.bug.expectsItsBlock()) block.granted(Math.max(collection.nextId(), atLeast), count);
                    }
                }
                take(into, tries + 1, then);
            });
        }
    }

    private void floor(CollectionImage collection, long lowest, ArrayDeque<CatalogGroup> groups, LongConsumer then) {
        if (groups.isEmpty()) {
            then.accept(lowest);
            return;
        }
        call(groups.remove(), there -> there.floor(collection.id()), floor -> {
            if (floor != null) floor(collection, Math.max(lowest, floor), groups, then);
        });
    }

    // ---- reconciling

    private void everywhere(CatalogRepair change) {
        for (CatalogGroup group : cluster.groups) {
            send(group, change, done -> {
                if (!done) doubted.add(group);
            });
        }
    }

    private void lookAfter() {
        for (CatalogGroup group : cluster.groups) {
            boolean again = world.now() - reconciledAt.getOrDefault(group, 0L) >= RECONCILE_AGAIN && cluster.bug.reconcilesAgain();
            boolean stands = reconciled.getOrDefault(group, 0L) == group.epoch() && !doubted.contains(group) && !again;
            if (!group.isUp() || stands || !reconciling.add(group)) continue;
            doubted.remove(group);
            reconcile(group, group.epoch(), new Reconciliation(group.id));
        }
        later(300 * World.MILLI, this::lookAfter);
    }

    /** It will be tried again. */
    private void failed(CatalogGroup group) {
        reconciled.remove(group);
        reconciling.remove(group);
    }

    private void reconcile(CatalogGroup group, long epoch, Reconciliation reconciliation) {
        switch (reconciliation.next()) {
            case Step.ListHoldings() -> call(group, CatalogGroup::holdings, there -> {
                if (there == null) {
                    failed(group);
                    return;
                }
                reconciliation.listed(there);
                reconcile(group, epoch, reconciliation);
            });
            case Step.ConfirmImage() -> confirmed(confirmed -> {
                if (confirmed == null) {
                    failed(group);
                    return;
                }
                reconciliation.confirmed(confirmed);
                reconcile(group, epoch, reconciliation);
            });
            case Step.Repair(List<CatalogRepair> repairs) -> repair(group, new ArrayDeque<>(repairs), () -> {
                reconciliation.repaired();
                reconcile(group, epoch, reconciliation);
            });
            case Step.Done() -> {
                reconciled.put(group, epoch);
                reconciledAt.put(group, world.now());
                reconciling.remove(group);
            }
            case Step.MetadataIsOlder(var unknown) -> throw new Violation("the metadata knows what it gave away", group.id + " holds " + unknown);
        }
    }

    private void repair(CatalogGroup group, ArrayDeque<CatalogRepair> repairs, Runnable then) {
        if (repairs.isEmpty()) {
            then.run();
            return;
        }
        send(group, repairs.remove(), done -> {
            if (done) repair(group, repairs, then);
            else failed(group);
        });
    }

    private void confirmed(Consumer<@Nullable ClusterImage> then) {
        if (!cluster.bug.confirms()) {
            then.accept(image);
            return;
        }
        if (cluster.network.isCut(address, "metadata")) {
            later(CALL_MAX, () -> then.accept(null));
            return;
        }
        long was = incarnation;
        cluster.metadata.read(reply -> {
            if (was == incarnation) then.accept(reply instanceof SimMetadata.Reply.Answered(_, ClusterImage read) ? read : null);
        });
    }

    // ---- odds and ends

    private void send(CatalogGroup group, CatalogRepair change, Consumer<Boolean> done) {
        call(group, there -> {
            there.carryOut(change);
            return true;
        }, did -> done.accept(did != null));
    }

    /** @param then hears the answer; null: none came in time, and the work may have been done, or will be */
    private <T> void call(CatalogGroup group, Function<CatalogGroup, @Nullable T> work, Consumer<@Nullable T> then) {
        boolean[] over = {false};
        long was = incarnation;
        cluster.network.send(address, group.address, () -> {
            Runnable arrive = () -> {
                if (!group.isUp()) return;
                T result = work.apply(group);
                cluster.network.send(group.address, address, () -> {
                    if (over[0] || was != incarnation) return;
                    over[0] = true;
                    then.accept(result);
                });
            };
            // Held up on its way, until long after anybody waits for it.
            if (chance.of(0.02)) world.after(chance.between(0, 3 * World.SECOND), arrive);
            else arrive.run();
        });
        later(CALL_MAX, () -> {
            if (over[0]) return;
            over[0] = true;
            then.accept(null);
        });
    }

    private void propose(Command command, Consumer<Decision.Accepted> accepted) {
        ask(command, reply -> {
            if (reply instanceof SimMetadata.Reply.Answered(Decision.Accepted decision, _)) accepted.accept(decision);
        });
    }

    private void ask(Command command, Consumer<SimMetadata.Reply> then) {
        long was = incarnation;
        if (cluster.network.isCut(address, "metadata")) {
            later(CALL_MAX, () -> then.accept(new SimMetadata.Reply.Unknown()));
            return;
        }
        cluster.metadata.propose(command, reply -> {
            if (was != incarnation) return;
            if (reply instanceof SimMetadata.Reply.Answered(_, ClusterImage after)) see(after);
            then.accept(reply);
        });
    }

    private void see(ClusterImage seen) {
        if (seen.metaEpoch() > image.metaEpoch()) image = seen;
    }

    private void later(long delay, Runnable work) {
        long was = incarnation;
        world.after(delay, () -> {
            if (was == incarnation) work.run();
        });
    }
}
