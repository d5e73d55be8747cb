package io.lynse.shard.bench;

import com.google.protobuf.MessageLite;
import io.lynse.engine.Applied;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.shard.entry.Entry;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** An engine in a scratch folder with one collection, written to as by one client that keeps a few requests under way. */
final class BenchNode implements AutoCloseable {

    /** Always the first collection of an empty engine, so that entries can be made before it is there. */
    static final CollectionId COLLECTION = new CollectionId(1);

    static final String EXACT = "FLAT-IP";

    private static final Epoch EPOCH = new Epoch(1);
    private static final String DATABASE = "bench";
    private static final int UNDER_WAY = 4;

    private final Path directory;
    private Engine engine;

    private BenchNode(Path directory) {
        this.directory = directory;
        engine = Engine.open(settings(directory));
    }

    /** @param directory whatever is there is deleted */
    static BenchNode empty(Path directory, int dimension, ElementType elements) {
        delete(directory);
        var node = new BenchNode(directory);
        node.create(dimension, elements);
        return node;
    }

    /** Makes the collection of an empty engine. */
    private void create(int dimension, ElementType elements) {
        apply(Entry.of(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase(DATABASE).build()));
        apply(Entry.of(EntryType.CREATE_COLLECTION, CreateCollection.newBuilder()
                .setDatabase(DATABASE).setCollection("rows").setDimension(dimension).setElementType(Wire.elementType(elements))
                .setIndexMode(EXACT).build()));
    }

    /**
     * Opens and closes an engine as a node does at its start, with the warm-up in spare time. Blocks until that is over, or has given up.
     * @return seconds
     */
    static double warmUp(Path directory) throws InterruptedException {
        long began = System.nanoTime();
        try (Engine engine = Engine.open(EngineSettings.of(directory).withWarmUp(true))) {
            while (engine.isWarmingUp()) Thread.sleep(5);
        }
        delete(directory);
        return (System.nanoTime() - began) / 1e9;
    }

    static BenchNode existing(Path directory) {
        return new BenchNode(directory);
    }

    Engine engine() {
        return engine;
    }

    Path directory() {
        return directory;
    }

    /** Waits until the entry is applied. @throws BenchFailed if it was refused */
    void apply(Entry entry) {
        check(send(entry).join());
    }

    void apply(EntryType type, MessageLite message) {
        apply(Entry.of(type, message));
    }

    /** Waits until all entries are applied. */
    void applyAll(List<Entry> entries) {
        var waiting = new ArrayDeque<CompletableFuture<Applied>>();
        for (Entry entry : entries) {
            if (waiting.size() == UNDER_WAY) check(waiting.remove().join());
            waiting.add(send(entry));
        }
        for (CompletableFuture<Applied> sent : waiting) check(sent.join());
    }

    /** @return milliseconds that it takes to open the directory again after a clean close */
    double reopen() {
        engine.close();
        long began = System.nanoTime();
        engine = Engine.open(settings(directory));
        return (System.nanoTime() - began) / 1e6;
    }

    @Override
    public void close() {
        engine.close();
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Copies what would count if the process were killed before its first checkpoint: all but the folders of collections, where nothing
     * is committed yet and a fold may be under way.
     */
    void copyUncommitted(Path target) {
        delete(target);
        Path collections = directory.resolve("collections");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> !path.startsWith(collections)).toList()) Files.copy(file, target.resolve(directory.relativize(file)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static EngineSettings settings(Path directory) {
        return EngineSettings.of(directory).withCheckpointInterval(Duration.ofHours(1)); // checkpoints come when they are measured
    }

    private CompletableFuture<Applied> send(Entry entry) {
        return engine.submit(EPOCH, entry.type(), entry.version(), entry.payload());
    }

    private static void check(Applied applied) {
        if (applied.result() instanceof Applied.Refused(var error)) throw new BenchFailed("the engine refused an entry: " + error);
    }
}
