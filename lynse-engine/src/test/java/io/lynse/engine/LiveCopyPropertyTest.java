package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.lynse.engine.log.LogSettings;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.OrderStamp;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.WriteRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A directory is copied, file by file in any order and block by block, while rows are written, folded, merged, committed and trimmed and
 * collections come and go. The copy opens at some LSN, not before the last write that was acknowledged when the checkpoint returned, and
 * holds exactly what the entries up to there say. A failing seed is in the test's name; give it back with {@code -Dlynse.seed=N}.
 */
class LiveCopyPropertyTest {

    private static final int BLOCK_BYTES = 16 << 10;
    private static final int WARM_UP = 150;
    private static final int WRITES_PER_FILE = 3;
    private static final LogSettings SMALL_SEGMENTS = new LogSettings(64 << 10, 4 << 10, 64 << 10, Duration.ofMillis(1));

    /** One acknowledged entry and what it does to the model. */
    private record Done(Lsn lsn, Consumer<Map<CollectionId, NaiveCollection>> effect) {}

    @TempDir
    Path temporary;

    private final List<Done> history = Collections.synchronizedList(new ArrayList<>());
    private final List<CollectionId> alive = new ArrayList<>();
    private Random random = new Random(0);
    private Random copying = new Random(0);
    private volatile boolean stop;
    private volatile Lsn acknowledged = Lsn.NONE;
    private long clock = 1;
    private int names;

    static LongStream seeds() {
        Long given = Long.getLong("lynse.seed");
        return given != null ? LongStream.of(given) : LongStream.rangeClosed(1, 5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void opensCompleteAndAsOfOneLsn(long seed) throws Exception {
        random = new Random(seed);
        copying = new Random(seed + 1000);
        Path node = temporary.resolve("node");
        var settings = EngineSettings.of(node).withFoldRows(5 + random.nextInt(30)).withCheckpointInterval(Duration.ofMillis(5));
        boolean member = random.nextInt(3) == 0;
        try (Engine engine = TestEngine.open(settings, SMALL_SEGMENTS); ExecutorService threads = Executors.newSingleThreadExecutor()) {
            apply(engine, EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("db").build(), model -> {});
            if (member) engine.log().commitBy(new CommitRule.WhenTold());
            Future<?> writer = threads.submit(() -> write(engine));
            try {
                awaitWrites(WARM_UP, writer);
                for (int round = 0; round < 2; round++) {
                    engine.checkpoint();
                    Lsn before = acknowledged;
                    Path copy = temporary.resolve("copy" + round);
                    copy(node, copy, writer);
                    compare(copy, before, member);
                }
            } finally {
                stop = true;
            }
            writer.get();
        }
    }

    private void awaitWrites(int more, Future<?> writer) {
        int wanted = history.size() + more;
        while (history.size() < wanted) {
            if (writer.isDone()) throw new AssertionError("the writer ended", cause(writer));
            Thread.onSpinWait();
        }
    }

    private static Throwable cause(Future<?> writer) {
        try {
            writer.get();
            return new IllegalStateException("without a failure");
        } catch (ExecutionException | InterruptedException failed) {
            return failed;
        }
    }

    private void write(Engine engine) {
        while (!stop) {
            switch (alive.isEmpty() ? 0 : random.nextInt(30)) {
                case 0 -> {
                    if (alive.size() < 4) create(engine);
                }
                case 1 -> {
                    if (alive.size() > 2) drop(engine);
                }
                case 2, 3, 4, 5, 6 -> mark(engine);
                default -> upsert(engine);
            }
        }
    }

    private void create(Engine engine) {
        var create = CreateCollection.newBuilder().setDatabase("db").setCollection("c" + names++).setDimension(3).build();
        var made = (Applied.CollectionChanged) apply(engine, EntryType.CREATE_COLLECTION, create, null);
        CollectionId id = made.info().id();
        alive.add(id);
        history.add(new Done(acknowledged, model -> model.put(id, new NaiveCollection())));
    }

    private void drop(Engine engine) {
        CollectionId id = alive.remove(random.nextInt(alive.size()));
        apply(engine, EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(id.value()).build(), model -> model.remove(id));
    }

    private void upsert(Engine engine) {
        CollectionId id = alive.get(random.nextInt(alive.size()));
        long[] ids = random.longs(1 + random.nextInt(20), 0, 300).distinct().toArray();
        var vectors = new float[ids.length][];
        for (int row = 0; row < ids.length; row++) vectors[row] = new float[] {random.nextInt(1000), random.nextInt(1000), ids[row]};
        var batch = new RowBatch(WriteKind.UPSERT, Vectors.of(vectors), Ids.of(ids), FieldBlock.NONE);
        WriteRows rows = Wire.writeRows(id, batch, clock++, TestEngine.writeId().toByteArray());
        long stamp = rows.getStamps().getClock();
        apply(engine, EntryType.WRITE_ROWS, rows, model -> {
            for (int row = 0; row < ids.length; row++) {
                at(model, id).upsert(RowId.of(ids[row]), vectors[row], null, new OrderStamp(stamp, row));
            }
        });
    }

    private void mark(Engine engine) {
        CollectionId id = alive.get(random.nextInt(alive.size()));
        long[] ids = random.longs(1 + random.nextInt(10), 0, 300).distinct().toArray();
        boolean deleted = random.nextInt(3) > 0;
        var mark = MarkRows.newBuilder().setCollectionId(id.value()).setIds(Wire.ids(Ids.of(ids))).setDeleted(deleted);
        apply(engine, EntryType.MARK_ROWS, mark.build(), model -> {
            for (long row : ids) at(model, id).mark(RowId.of(row), deleted);
        });
    }

    private static NaiveCollection at(Map<CollectionId, NaiveCollection> model, CollectionId id) {
        return Objects.requireNonNull(model.get(id));
    }

    /** As the primary of a shard group does. */
    private static CompletableFuture<Applied> ordered(ReplicatedLog log, ParsedEntry entry) {
        Lsn lsn = log.lastLsn().next();
        CompletableFuture<Applied> applied = log.append(lsn, TestEngine.EPOCH, log.admit(entry));
        log.requestSync();
        log.commitUpTo(lsn);
        return applied;
    }

    private Applied.Result apply(
            Engine engine, EntryType type, MessageLite message, @Nullable Consumer<Map<CollectionId, NaiveCollection>> effect) {
        ParsedEntry entry = ParsedEntry.of(type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer());
        Applied applied = (engine.log().rule() instanceof CommitRule.WhenTold ? ordered(engine.log(), entry) : engine.submit(TestEngine.EPOCH, entry)).join();
        assertThat(applied.result()).isNotInstanceOf(Applied.Refused.class);
        acknowledged = applied.lsn();
        if (effect != null) history.add(new Done(applied.lsn(), effect));
        return applied.result();
    }

    /** As {@code cp -r} might, only in a worse order: folders are listed when their turn comes, and writes go on between files and blocks. */
    private void copy(Path from, Path to, Future<?> writer) throws IOException {
        Files.createDirectories(to);
        List<Path> entries;
        try (Stream<Path> listed = Files.list(from)) {
            entries = new ArrayList<>(listed.toList());
        } catch (NoSuchFileException gone) {
            return;
        }
        Collections.shuffle(entries, copying);
        for (Path entry : entries) {
            Path target = to.resolve(entry.getFileName().toString());
            if (copying.nextInt(3) == 0) awaitWrites(copying.nextInt(WRITES_PER_FILE), writer);
            if (Files.isDirectory(entry)) copy(entry, target, writer);
            else copyFile(entry, target, writer);
        }
    }

    private void copyFile(Path from, Path to, Future<?> writer) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            while (in.read(block.clear()) > 0) {
                block.flip();
                while (block.hasRemaining()) out.write(block);
                if (copying.nextInt(4) == 0) awaitWrites(1, writer);
            }
        } catch (NoSuchFileException gone) {
            // as cp says: cannot stat
        }
    }

    private void compare(Path copy, Lsn before, boolean member) {
        for (int opening = 0; opening < 2; opening++) { // the first makes it a directory of its own
            try (Engine engine = TestEngine.open(EngineSettings.of(copy), SMALL_SEGMENTS)) {
                Lsn lsn = engine.appliedLsn();
                if (opening == 0) assertThat(lsn).isGreaterThanOrEqualTo(before);
                assertThat(engine.log().rule()).isEqualTo(member ? new CommitRule.WhenTold() : new CommitRule.WhenDurable());
                var model = new TreeMap<CollectionId, NaiveCollection>(Comparator.comparingLong(CollectionId::value));
                for (Done done : List.copyOf(history)) {
                    if (done.lsn.compareTo(lsn) <= 0) done.effect.accept(model);
                }
                assertThat(engine.catalog().collections()).extracting(info -> info.id()).containsExactlyInAnyOrderElementsOf(model.keySet());
                model.forEach((id, expected) -> {
                    same(engine.read(id, new RowSelection.Head(1000), true, false), expected.inOrder());
                    same(engine.read(id, new RowSelection.Deleted(), true, false), expected.deleted());
                });
            }
        }
    }

    private static void same(Rows rows, List<NaiveCollection.Row> expected) {
        assertThat(rows.ids().toList()).isEqualTo(expected.stream().map(NaiveCollection.Row::id).toList());
        for (int i = 0; i < expected.size(); i++) assertThat(rows.vectors().row(i)).isEqualTo(expected.get(i).vector());
    }
}
