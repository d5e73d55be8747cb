package io.lynse.tests.simulation;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Knows every declaration, and which row was sent to which. A declaration is told by the moment at which its name was declared, not
 * by the collection's id: that ids keep declarations apart is what is to be shown.
 */
final class CatalogGhost {

    private record Acknowledged(long row, long value) {}

    private final Map<String, TreeMap<Long, Long>> declaredAt = new HashMap<>(); // name -> meta epoch -> number of the declaration
    private final Map<Long, Long> sentTo = new HashMap<>(); // value -> declaration
    private final Map<Long, Set<Acknowledged>> acknowledged = new HashMap<>(); // of a declaration
    private final Set<String> given = new HashSet<>();
    private long declarations;
    long ids;

    /** After every change of the metadata. */
    void look(ClusterImage before, ClusterImage after) {
        for (CollectionImage collection : after.collections().values()) {
            if (before.collection(collection.name()) != null) continue;
            declaredAt.computeIfAbsent(collection.name().toString(), _ -> new TreeMap<>()).put(after.metaEpoch(), ++declarations);
        }
    }

    private long declaration(CollectionImage collection, long metaEpoch) {
        TreeMap<Long, Long> declared = Objects.requireNonNull(declaredAt.get(collection.name().toString()));
        return Objects.requireNonNull(declared.floorEntry(metaEpoch)).getValue();
    }

    void sends(CatalogCoordinator.Found into, long value) {
        sentTo.putIfAbsent(value, declaration(into.collection(), into.asOf()));
    }

    void acknowledged(long row, long value) {
        acknowledged.computeIfAbsent(Objects.requireNonNull(sentTo.get(value)), _ -> new HashSet<>()).add(new Acknowledged(row, value));
    }

    void reads(CatalogCoordinator.Found from, long row, long value) {
        long asked = declaration(from.collection(), from.asOf());
        long sent = Objects.requireNonNull(sentTo.get(value));
        if (sent != asked) {
            throw new Violation("no row of a dropped collection reappears", from.collection().name() + " row " + row + " is of declaration " + sent + ", asked was " + asked);
        }
    }

    void gives(CatalogCoordinator.Found into, long id, String by) {
        ids++;
        if (!given.add(declaration(into.collection(), into.asOf()) + "#" + id)) throw new Violation("an id is given once", by + " gives " + id + " of " + into.collection().name() + " again");
    }

    /** When all is healed and quiet. */
    void atTheEnd(CatalogWorld cluster) {
        ClusterImage image = cluster.metadata.image();
        var declared = new HashSet<>(image.collections().values().stream().map(CollectionImage::id).toList());
        for (CatalogGroup group : cluster.groups) {
            var holds = new HashSet<>(group.holdings().collections().stream().map(CollectionInfo::id).toList());
            if (!holds.equals(declared)) throw new Violation("a group holds what is declared", group.id + " holds " + holds + ", declared are " + declared);
        }
        for (CollectionImage collection : image.collections().values()) {
            for (Acknowledged row : acknowledged.getOrDefault(declaration(collection, image.metaEpoch()), Set.of())) {
                Long there = cluster.group(collection, row.row).read(collection.id(), row.row);
                if (there == null || there != row.value) throw new Violation("no acknowledged row is lost", collection.name() + " row " + row + " is " + there);
            }
        }
    }
}
