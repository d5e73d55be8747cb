package io.lynse.coordinator.collection;

import io.lynse.coordinator.shardclient.Entry;
import io.lynse.coordinator.shardclient.Holdings;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a group's primary must change to hold exactly what is declared. Only members of this cluster are compared, and a node joins
 * only while it holds nothing of its own: so whatever is there and not declared was dropped, unless its id was never given away.
 * Then this metadata is older than the group (a state file restored from a backup), knows nothing of acknowledged rows, and must not
 * change anything.
 */
final class CatalogDiff {

    private CatalogDiff() {}

    sealed interface Comparison {
        /** @param repairs in the order in which they are to be done */
        record Differs(List<CatalogRepair> repairs) implements Comparison {}

        /** @param unknown collections with ids that this metadata has not given away, ascending */
        record MetadataIsOlder(List<CollectionId> unknown) implements Comparison {}
    }

    /** @param image taken after the listing: what is declared meanwhile may be missing in the listing, never the other way round */
    static Comparison between(ClusterImage image, ShardGroupId group, Holdings there) {
        List<CollectionId> unknown = there.collections().stream()
                .map(CollectionInfo::id)
                .filter(id -> id.value() >= image.nextCollectionId())
                .sorted(Comparator.comparingLong(CollectionId::value))
                .toList();
        return unknown.isEmpty() ? new Comparison.Differs(repairs(image, group, there)) : new Comparison.MetadataIsOlder(unknown);
    }

    private static List<CatalogRepair> repairs(ClusterImage image, ShardGroupId group, Holdings there) {
        var repairs = new ArrayList<CatalogRepair>();
        var stored = new HashMap<CollectionId, CollectionInfo>();
        there.collections().forEach(info -> stored.put(info.id(), info));
        List<CollectionImage> declared = image.collections().values().stream()
                .filter(collection -> collection.table().groups().contains(group))
                .toList();
        dropped(image, declared, there, stored.keySet(), repairs);
        for (String database : image.databases()) {
            if (!there.databases().contains(database)) repairs.add(new CatalogRepair.CreateDatabase(database));
        }
        for (CollectionImage collection : declared) {
            CollectionInfo info = stored.get(collection.id());
            if (info == null) repairs.add(new CatalogRepair.Create(collection));
            else changed(collection, info, there.indexParameters().get(info.id()), repairs);
        }
        return repairs;
    }

    /** First of all: a dropped name may have come back as another collection. */
    private static void dropped(
            ClusterImage image, List<CollectionImage> declared, Holdings there, Set<CollectionId> stored, List<CatalogRepair> repairs) {
        Set<CollectionId> known = declared.stream().map(CollectionImage::id).collect(Collectors.toSet());
        stored.stream()
                .filter(id -> !known.contains(id))
                .sorted(Comparator.comparingLong(CollectionId::value))
                .forEach(id -> repairs.add(new CatalogRepair.Drop(id)));
        for (String database : there.databases()) {
            if (!image.databases().contains(database)) repairs.add(new CatalogRepair.DropDatabase(database, image.nextCollectionId()));
        }
    }

    private static void changed(
            CollectionImage collection, CollectionInfo there, @Nullable IndexParameters parameters, List<CatalogRepair> repairs) {
        if (!isIndexed(there, parameters, collection)) repairs.add(new CatalogRepair.SetIndex(collection));
        String description = collection.description();
        if (description != null && !description.equals(there.description())) repairs.add(new CatalogRepair.SetDescription(collection, description));
    }

    private static boolean isIndexed(CollectionInfo there, @Nullable IndexParameters parameters, CollectionImage wanted) {
        IndexMode mode = wanted.indexMode();
        if (!Objects.equals(text(mode), text(there.indexMode()))) return false;
        return mode == null || parameters == null || parameters.equals(Entry.indexParameters(wanted, mode));
    }

    private static @Nullable String text(@Nullable IndexMode mode) {
        return mode == null ? null : mode.text();
    }

    /** For logs. */
    static Map<String, Integer> counts(List<CatalogRepair> repairs) {
        var counts = new HashMap<String, Integer>();
        repairs.forEach(repair -> counts.merge(repair.getClass().getSimpleName(), 1, Integer::sum));
        return counts;
    }
}
