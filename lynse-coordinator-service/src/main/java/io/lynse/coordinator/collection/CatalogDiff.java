package io.lynse.coordinator.collection;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.IndexMode;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.ListCollectionsReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a group's primary must change to hold exactly what is declared. Only members of this cluster are compared, and a node joins
 * only while it holds nothing of its own: so whatever is there and not declared was dropped.
 */
final class CatalogDiff {

    private CatalogDiff() {}

    sealed interface Repair {
        record CreateDatabase(String database) implements Repair {}

        record DropDatabase(String database) implements Repair {}

        record Create(CollectionImage collection) implements Repair {}

        record Drop(CollectionId collection) implements Repair {}

        record SetIndex(CollectionImage collection) implements Repair {}

        record SetDescription(CollectionImage collection, String description) implements Repair {}
    }

    /**
     * @param image taken after the listing: what is declared meanwhile may be missing in the listing, never the other way round
     * @return in the order in which it is to be done
     */
    static List<Repair> between(ClusterImage image, ShardGroupId group, ListCollectionsReply there) {
        var repairs = new ArrayList<Repair>();
        var stored = new HashMap<Long, CollectionState>();
        there.getCollectionsList().forEach(state -> stored.put(state.getCollectionId(), state));
        List<CollectionImage> declared = image.collections().values().stream()
                .filter(collection -> collection.table().groups().contains(group))
                .toList();
        dropped(image, declared, there, stored.keySet(), repairs);
        for (String database : image.databases()) {
            if (!there.getDatabasesList().contains(database)) repairs.add(new Repair.CreateDatabase(database));
        }
        for (CollectionImage collection : declared) {
            CollectionState state = stored.get(collection.id().value());
            if (state == null) repairs.add(new Repair.Create(collection));
            else changed(collection, state, repairs);
        }
        return repairs;
    }

    /** First of all: a dropped name may have come back as another collection. */
    private static void dropped(
            ClusterImage image, List<CollectionImage> declared, ListCollectionsReply there, Set<Long> stored, List<Repair> repairs) {
        var known = new HashSet<Long>();
        declared.forEach(collection -> known.add(collection.id().value()));
        for (long id : new TreeSet<>(stored)) {
            if (!known.contains(id)) repairs.add(new Repair.Drop(new CollectionId(id)));
        }
        for (String database : there.getDatabasesList()) {
            if (!image.databases().contains(database)) repairs.add(new Repair.DropDatabase(database));
        }
    }

    private static void changed(CollectionImage collection, CollectionState state, List<Repair> repairs) {
        IndexMode wanted = collection.indexMode();
        String mode = wanted == null ? null : wanted.text();
        if (!Objects.equals(mode, state.hasIndexMode() ? state.getIndexMode() : null)) repairs.add(new Repair.SetIndex(collection));
        String description = collection.description();
        if (description != null && !(state.hasDescription() && state.getDescription().equals(description))) {
            repairs.add(new Repair.SetDescription(collection, description));
        }
    }

    /** For logs. */
    static Map<String, Integer> counts(List<Repair> repairs) {
        var counts = new HashMap<String, Integer>();
        repairs.forEach(repair -> counts.merge(repair.getClass().getSimpleName(), 1, Integer::sum));
        return counts;
    }
}
