package io.lynse.engine;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.IndexParameters;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@link Catalog} with what the engine adds. Every change gives a new image; pure. */
final class CatalogImage implements Catalog {

    static final CatalogImage EMPTY = new CatalogImage(new TreeSet<>(), new TreeMap<>(), new TreeMap<>(CatalogImage::compare), 1);

    private final SortedSet<String> databases;
    private final TreeMap<Long, CollectionRecord> byId;
    private final TreeMap<CollectionName, CollectionRecord> byName;
    private final long nextId;

    private CatalogImage(
            SortedSet<String> databases, TreeMap<Long, CollectionRecord> byId, TreeMap<CollectionName, CollectionRecord> byName, long nextId) {
        this.databases = databases;
        this.byId = byId;
        this.byName = byName;
        this.nextId = nextId;
    }

    static CatalogImage of(Collection<String> databases, Collection<CollectionRecord> records, long nextId) {
        CatalogImage image = new CatalogImage(new TreeSet<>(databases), new TreeMap<>(), new TreeMap<>(CatalogImage::compare), nextId);
        for (CollectionRecord record : records) image = image.with(record);
        return image;
    }

    @Override
    public List<String> databases() {
        return List.copyOf(databases);
    }

    @Override
    public boolean hasDatabase(String database) {
        return databases.contains(database);
    }

    @Override
    public Optional<CollectionInfo> find(CollectionName name) {
        return Optional.ofNullable(byName.get(name)).map(CollectionRecord::info);
    }

    @Override
    public Optional<CollectionInfo> byId(CollectionId id) {
        return Optional.ofNullable(record(id)).map(CollectionRecord::info);
    }

    @Override
    public IndexParameters indexParameters(CollectionId id) {
        CollectionRecord record = record(id);
        return record == null ? IndexParameters.NONE : record.indexParameters();
    }

    @Override
    public List<CollectionInfo> collections(String database) {
        return collections().stream().filter(info -> info.name().database().equals(database)).toList();
    }

    @Override
    public List<CollectionInfo> collections() {
        return byName.values().stream().map(CollectionRecord::info).toList();
    }

    Collection<CollectionRecord> records() {
        return byId.values();
    }

    @Nullable CollectionRecord record(CollectionId id) {
        return byId.get(id.value());
    }

    /** The id that the next collection gets which is given none. */
    long nextId() {
        return nextId;
    }

    CatalogImage withDatabase(String database) {
        var more = new TreeSet<>(databases);
        more.add(database);
        return new CatalogImage(more, byId, byName, nextId);
    }

    /** Its collections must be gone. */
    CatalogImage withoutDatabase(String database) {
        var fewer = new TreeSet<>(databases);
        fewer.remove(database);
        return new CatalogImage(fewer, byId, byName, nextId);
    }

    /** Adds or replaces a collection; its id is never given again. */
    CatalogImage with(CollectionRecord record) {
        var ids = new TreeMap<>(byId);
        ids.put(record.info().id().value(), record);
        TreeMap<CollectionName, CollectionRecord> names = names();
        names.put(record.info().name(), record);
        return new CatalogImage(databases, ids, names, Math.max(nextId, record.info().id().value() + 1));
    }

    CatalogImage without(CollectionId id) {
        var ids = new TreeMap<>(byId);
        CollectionRecord gone = ids.remove(id.value());
        TreeMap<CollectionName, CollectionRecord> names = names();
        if (gone != null) names.remove(gone.info().name());
        return new CatalogImage(databases, ids, names, nextId);
    }

    private TreeMap<CollectionName, CollectionRecord> names() {
        var names = new TreeMap<CollectionName, CollectionRecord>(CatalogImage::compare);
        names.putAll((Map<CollectionName, CollectionRecord>) byName);
        return names;
    }

    private static int compare(CollectionName a, CollectionName b) {
        return Comparator.comparing(CollectionName::database).thenComparing(CollectionName::collection).compare(a, b);
    }
}
