package io.lynse.engine;

import com.google.protobuf.ByteString;
import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.FoldLimits;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.collection.Folds;
import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the way of a write compiled before the first one comes: a cold JVM needs twice the CPU for the first 60,000 rows. Made-up rows
 * are decoded, applied and folded into a collection of their own in the system's folder for temporary files, without a log and
 * without forcing anything to disk. That costs about 1.6 CPU-seconds, most of it in the compiler, so it is done while others leave half of the
 * machine unused, and given up as soon as there is real work or the time is over. Then the kernels of exact search follow.
 */
final class StartWarmUp implements AutoCloseable {

    /** More rows bring no more: what they leave cold is not theirs to warm. */
    static final int BATCHES = 20;

    private static final Logger log = LoggerFactory.getLogger(StartWarmUp.class);
    private static final int ROWS = 500;
    private static final int DIMENSION = 64;
    private static final int FOLD_ROWS = 2_000;
    private static final long RECENT_BYTES = 32 << 20;
    private static final Duration WAIT_MAX = Duration.ofMinutes(1);
    private static final long LOOK_MILLIS = 200;
    private static final int WRITE_ID_BYTES = 16;
    private static final CollectionId COLLECTION = new CollectionId(1);

    private final SpareTime spare;
    private final BooleanSupplier isBusy;
    private final Runnable kernels;
    private final Thread thread;
    private long lookedAt; // when there was spare time; 0: there was none
    private final CountDownLatch stop = new CountDownLatch(1); // not an interrupt: Lucene would lose its files by that

    /**
     * Begins nothing yet.
     * @param isBusy  whether there is real work: the rest is left out
     * @param kernels what is to follow
     */
    StartWarmUp(SpareTime spare, BooleanSupplier isBusy, Runnable kernels) {
        this.spare = spare;
        this.isBusy = isBusy;
        this.kernels = kernels;
        thread = Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY).name("lynse-warm-up").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /** Gives up and waits until everything is cleared away. */
    @Override
    public void close() {
        stop.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void run() {
        if (!awaitSpareTime()) return;
        try {
            Path folder = Files.createTempDirectory("lynse-warm-up-");
            try {
                int batches = write(folder, this::awaitSpareTime);
                log.atInfo().addKeyValue("rows", batches * ROWS).log("writes warmed up");
                if (batches == BATCHES && awaitSpareTime()) kernels.run();
            } finally {
                delete(folder);
            }
        } catch (IOException | RuntimeException failure) {
            log.atWarn().setCause(failure).log("no warm-up, the first writes are slower");
        }
    }

    /** @param goOn asked before every batch @return batches that were written */
    static int write(Path folder, BooleanSupplier goOn) {
        try (var folds = new Folds(FoldLimits.DEFAULT.withRows(FOLD_ROWS), RECENT_BYTES, 1, FoldObserver.NONE);
                var collection = Collection.open(folder, COLLECTION, DIMENSION, ElementType.FLOAT32, Lsn.NONE, Lsn.NONE, folds, null,
                        new Indexing(GraphBuilds.ofThisProcess()), Long.MAX_VALUE)) {
            RowBatch rows = rows();
            for (int batch = 0; batch < BATCHES; batch++) {
                if (!goOn.getAsBoolean()) return batch;
                var request = new RowBatch(WriteKind.ADD, rows.vectors(), Ids.range((long) batch * ROWS, ROWS), rows.fields());
                collection.write(new Lsn(batch + 1L), decoded(request), batch + 1L);
            }
            collection.fold();
            return BATCHES;
        }
    }

    /** As it comes out of the log. */
    private static RowBatch decoded(RowBatch request) {
        ByteString message = Wire.writeRows(COLLECTION, request, 1, new byte[WRITE_ID_BYTES]).toByteString();
        Entry entry = EntryDecoder.decode(EntryType.WRITE_ROWS.getNumber(), EntryDecoder.VERSION, message.asReadOnlyByteBuffer()).entry();
        return switch (entry) {
            case Entry.WriteRows(_, RowBatch batch, _) -> batch;
            default -> throw new IllegalStateException("a batch was not decoded as one: " + entry);
        };
    }

    private static RowBatch rows() {
        var random = new Random(1);
        var vectors = new float[ROWS][DIMENSION];
        List<@Nullable Fields> fields = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < DIMENSION; i++) vectors[row][i] = (float) random.nextGaussian();
            fields.add(Fields.of(Map.of("name", "row-" + row, "size", row, "text", "as long as a short description is")));
        }
        return new RowBatch(WriteKind.ADD, Vectors.of(vectors), null, FieldBlock.of(fields));
    }

    /** @return false: there is real work, or no spare time for long, or the engine is closing */
    private boolean awaitSpareTime() {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (stop.getCount() > 0 && !isBusy.getAsBoolean()) {
            long now = System.nanoTime();
            if (lookedAt != 0 && now - lookedAt < TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) return true; // too short a time to tell
            if (spare.is()) {
                lookedAt = now;
                return true;
            }
            lookedAt = 0;
            if (now >= end) return false;
            try {
                if (stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) return false;
            } catch (InterruptedException stray) {
                return false;
            }
        }
        return false;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
