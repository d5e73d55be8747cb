package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.CollectionUnavailableException;
import io.lynse.engine.collection.Folds;
import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.space.DiskFull;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collections of this node by id, and their folders: one each, named by the id, so nothing that a client sends ever
 * becomes a path. One that cannot be opened is kept with its reason and does not stop the others. Collections come and go on
 * the applying thread; lookups are for all.
 */
final class OpenCollections implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenCollections.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private record Broken(CollectionUnavailableException why, Lsn folded) {}

    private record Dropped(Lsn created, Lsn lsn, Path folder) {}

    private final Path root;
    private final Folds folds;
    private final Indexing indexing;
    private final long verifyAtOnceBytes;
    private final Map<CollectionId, Collection> open = new ConcurrentHashMap<>();
    private final Map<CollectionId, Broken> broken = new ConcurrentHashMap<>();
    private final Set<CollectionId> behind = ConcurrentHashMap.newKeySet(); // opened again, and not yet given what is applied
    private final ConcurrentLinkedQueue<Dropped> dropped = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    OpenCollections(Path root, Folds folds, Indexing indexing, long verifyAtOnceBytes) {
        this.root = root;
        this.verifyAtOnceBytes = verifyAtOnceBytes;
        this.folds = folds;
        this.indexing = indexing;
    }

    Path folder(CollectionId id) {
        return root.resolve(id.toString());
    }

    /** @param folded the files hold every entry up to here; {@link Lsn#NONE}: there may be none */
    void open(CollectionRecord record, Lsn folded) {
        CollectionId id = record.info().id();
        try {
            open.put(id, Collection.open(
                    folder(id), id, record.info().dimension(), record.info().elementType(), record.created(), folded, folds,
                    HnswIndex.of(record.info().indexMode(), record.indexParameters()), indexing, verifyAtOnceBytes));
        } catch (CollectionUnavailableException why) {
            giveUp(record, folded, why);
        }
    }

    /** Closes a collection that this node cannot serve; the reason stays. */
    void giveUp(CollectionRecord record, Lsn folded, CollectionUnavailableException why) {
        CollectionId id = record.info().id();
        Collection was = open.remove(id);
        if (was != null) was.close();
        broken.put(id, new Broken(why, folded));
        log.atError().addKeyValue("collection", id).addKeyValue("path", folder(id)).setCause(why).log("collection unavailable");
    }

    /** Whether a collection answers nothing because its files found no room on the disk. */
    boolean anyWantsRoom() {
        return open.values().stream().anyMatch(found -> DiskFull.is(found.failure())) || broken.values().stream().anyMatch(found -> DiskFull.is(found.why));
    }

    /** Opens those collections again, as a restart would: what their files lack must then be applied again. @param state is applied */
    void reopenForRoom(AppliedState state) {
        for (CollectionRecord record : state.catalog().records()) {
            CollectionId id = record.info().id();
            Collection was = open.get(id);
            Broken why = broken.get(id);
            if (!DiskFull.is(was != null ? was.failure() : why != null ? why.why : null)) continue;
            Lsn folded = foldedUpTo(record, state.lsn());
            if (was != null) was.close();
            behind.add(id);
            broken.remove(id);
            open(record, folded);
            log.atInfo().addKeyValue("collection", id).addKeyValue("folded_lsn", folded).log("collection opened again, the disk has room");
        }
    }

    /** What was opened again has everything that is applied: it may be read. */
    void caughtUp() {
        behind.clear();
    }

    /** For a read: never of a state that lacks what was acknowledged. @throws LynseException as {@link #get} */
    Collection toRead(CollectionId id) {
        if (behind.contains(id)) {
            throw new LynseException(new LynseError.Unavailable("collection " + id + " is being opened again, after the disk was full", RETRY_AFTER));
        }
        return get(id);
    }

    /** The collection's index is wanted as its record says now. */
    void index(CollectionRecord record) {
        Collection found = open.get(record.info().id());
        if (found != null) found.want(HnswIndex.of(record.info().indexMode(), record.indexParameters()));
    }

    /** Closes a dropped collection. Its folder goes when {@link #deleteDropped} is told that the catalog on disk knows of it. */
    void drop(CollectionRecord record, Lsn lsn) {
        CollectionId id = record.info().id();
        Collection was = open.remove(id);
        if (was != null) was.close();
        broken.remove(id);
        dropped.add(new Dropped(record.created(), lsn, folder(id)));
    }

    /**
     * @param persisted LSN of the catalog on disk: earlier, a crash would bring the collection back without its files
     * @param held      LSNs of the checkpoints that are kept, in which collections may stand that were dropped since
     */
    void deleteDropped(Lsn persisted, java.util.Collection<Lsn> held) {
        for (Dropped gone : List.copyOf(dropped)) {
            boolean isHeld = held.stream().anyMatch(lsn -> gone.created.compareTo(lsn) <= 0 && lsn.compareTo(gone.lsn) < 0);
            if (isHeld || gone.lsn.compareTo(persisted) > 0) continue;
            delete(gone.folder);
            dropped.remove(gone);
        }
    }

    /** Deletes the folders of collections that are not in the catalog on disk: what a crash left of dropped or of new ones. */
    void deleteStrays(CatalogImage persisted) {
        if (!Files.isDirectory(root)) return;
        Set<String> known = persisted.records().stream().map(record -> record.info().id().toString()).collect(Collectors.toSet());
        try (Stream<Path> folders = Files.list(root)) {
            folders.filter(folder -> !known.contains(folder.getFileName().toString())).forEach(OpenCollections::delete);
        } catch (IOException failure) {
            throw new EngineOpenException("cannot list " + root + ": " + failure, failure);
        }
    }

    /** @throws LynseException NotFound; Unavailable with the reason */
    Collection get(CollectionId id) {
        Collection found = open.get(id);
        if (found != null) return found;
        Broken why = broken.get(id);
        if (why == null && closed) throw new LynseException(new LynseError.Unavailable("the node is stopping, or its copy is being replaced", RETRY_AFTER));
        if (why == null) throw new LynseException(new LynseError.NotFound("collection", id.toString()));
        throw new LynseException(new LynseError.Unavailable(reason(id, why), RETRY_AFTER), why.why);
    }

    /** Whether its files failed or not; null: it was never opened, given up or dropped. */
    @Nullable Collection find(CollectionId id) {
        return open.get(id);
    }

    /** Why the collection answers nothing; null: it does, or there is none. */
    @Nullable String trouble(CollectionId id) {
        Collection found = open.get(id);
        if (found != null) return found.failure() == null ? null : found.failure().getMessage();
        Broken why = broken.get(id);
        return why == null ? null : reason(id, why);
    }

    /** As {@link #trouble}, but not of a collection that only waits for room on the disk. */
    @Nullable String damage(CollectionId id) {
        Collection found = open.get(id);
        Broken why = broken.get(id);
        return DiskFull.is(found != null ? found.failure() : why != null ? why.why : null) ? null : trouble(id);
    }

    List<Collection> all() {
        return List.copyOf(open.values());
    }

    /** Those whose files are still being looked at. */
    List<CollectionId> verifying() {
        return open.values().stream().filter(Collection::isVerifying).map(Collection::id).toList();
    }

    /** Looks at the checksums of the large ones in the background, one after the other. */
    void verify() {
        List<Collection> large = open.values().stream().filter(Collection::isVerifying).toList();
        if (large.isEmpty()) return;
        Thread.ofPlatform().daemon().name("lynse-verify").priority(Thread.MIN_PRIORITY).start(() -> large.forEach(Collection::verify));
    }

    /** The files of the collection hold every entry up to here. @param upTo every entry up to here is applied */
    Lsn foldedUpTo(CollectionRecord record, Lsn upTo) {
        Collection found = open.get(record.info().id());
        if (found != null) return found.foldedUpTo(upTo);
        Broken why = broken.get(record.info().id());
        return why == null ? Lsn.NONE : why.folded;
    }

    /** The last entry that the collection holds, applied or in its files. */
    Lsn heldUpTo(CollectionRecord record) {
        Collection found = open.get(record.info().id());
        return later(record.created(), found != null ? found.applied() : foldedUpTo(record, Lsn.NONE));
    }

    /** The last entry that these collections, as they were just opened, and the catalog hold: a replay begins behind it. */
    Lsn heldByAll(AppliedState state) {
        Lsn lowest = state.lsn();
        for (CollectionRecord record : state.catalog().records()) lowest = earlier(lowest, heldUpTo(record));
        return lowest;
    }

    /**
     * The entries up to here are needed no more to open these collections again, nor the catalog. A collection is found at the LSN
     * of its commit or at that which the catalog knows, whichever is later.
     *
     * @param state  of the catalog on disk
     * @param folded per collection, in the catalog on disk
     */
    Lsn foldedByAll(AppliedState state, Map<CollectionId, Lsn> folded) {
        Lsn lowest = state.lsn();
        for (CollectionRecord record : state.catalog().records()) {
            Lsn known = folded.getOrDefault(record.info().id(), Lsn.NONE);
            Collection found = open.get(record.info().id());
            Lsn held = found == null ? known : later(known, found.committed());
            lowest = earlier(lowest, later(record.created(), held));
        }
        return lowest;
    }

    private static Lsn earlier(Lsn a, Lsn b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Lsn later(Lsn a, Lsn b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Override
    public void close() {
        closed = true; // before: who looks for one must not be told that there is none
        open.values().forEach(Collection::close);
        open.clear();
        indexing.close();
    }

    private static String reason(CollectionId id, Broken broken) {
        String remedy = DiskFull.is(broken.why)
                ? "; it is opened again when the disk has room"
                : "; its files are left as they are: restore the directory of the node from a copy, or drop the collection; the others are served";
        return "collection " + id + " is unavailable on this node: " + broken.why.getMessage() + remedy;
    }

    private static void delete(Path folder) {
        try {
            Collection.delete(folder);
        } catch (RuntimeException failure) {
            log.atWarn().addKeyValue("path", folder).setCause(failure).log("folder of a dropped collection not deleted, the next start tries again");
        }
    }
}
