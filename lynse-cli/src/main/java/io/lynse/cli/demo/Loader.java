package io.lynse.cli.demo;

import io.lynse.cli.client.HttpFailure;
import io.lynse.cli.client.LynseClient;
import io.lynse.cli.client.Target;
import io.lynse.cli.dataset.DataFolder;
import io.lynse.cli.dataset.PackageText;
import io.lynse.cli.dataset.RowChunk;
import io.lynse.cli.dataset.RowReader;
import io.lynse.model.field.FieldWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads a data folder: some connections, each of which takes the next thousand rows, sends them and waits for the
 * acknowledgement. Memory stays at one batch per connection, however large the folder is.
 */
final class Loader {

    static final int BATCH_ROWS = 1000;
    static final int CONNECTIONS = 4;

    private static final byte[] MAGIC = "LDBF1".getBytes(StandardCharsets.US_ASCII);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final LynseClient client;
    private final Target target;

    Loader(LynseClient client, Target target) {
        this.client = client;
        this.target = target;
    }

    /**
     * Loads all rows of a folder.
     *
     * @param acknowledged called after each batch with the rows acknowledged so far, by several threads
     * @return rows per second, from the first byte read to the last acknowledgement
     */
    double load(DataFolder folder, LongConsumer acknowledged) throws IOException, InterruptedException {
        long start = System.nanoTime();
        var rows = new AtomicLong();
        try (RowReader reader = folder.readRows(BATCH_ROWS); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> connections = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(threads.submit(() -> {
                    for (RowChunk chunk = next(reader); chunk != null; chunk = next(reader)) {
                        send(folder.dim(), chunk);
                        acknowledged.accept(rows.addAndGet(chunk.rows()));
                    }
                    return null;
                }));
            }
            awaitAll(connections);
        }
        return rows.get() * 1e9 / (System.nanoTime() - start);
    }

    private static @Nullable RowChunk next(RowReader reader) throws IOException {
        synchronized (reader) {
            return reader.read();
        }
    }

    // A batch that was refused as "not now" is not in, so sending it again is safe.
    private void send(int dim, RowChunk chunk) throws InterruptedException {
        ByteBuffer fields = fields(chunk.texts());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                client.addHalfFloats(target, dim, chunk.firstId(), chunk.rows(), chunk.vectors(), fields.duplicate());
                return;
            } catch (HttpFailure failure) {
                if (!failure.isTemporary() || System.nanoTime() > deadline) throw failure;
                Thread.sleep(PAUSE);
            }
        }
    }

    /** The LDBF1 payload of some rows: name, section and description. */
    static ByteBuffer fields(List<PackageText> texts) {
        var records = new FieldWriter();
        for (PackageText text : texts) {
            records.presentMark();
            int object = records.begin();
            records.name("name");
            records.string(text.name());
            records.name("section");
            records.string(text.section());
            records.name("description");
            records.string(text.description());
            records.end(object, 3);
        }
        return ByteBuffer.allocate(MAGIC.length + Integer.BYTES + records.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putInt(texts.size())
                .put(records.toBuffer())
                .flip();
    }

    private static void awaitAll(List<Future<?>> connections) throws IOException, InterruptedException {
        try {
            for (Future<?> connection : connections) connection.get();
        } catch (ExecutionException failed) {
            connections.forEach(connection -> connection.cancel(true));
            switch (failed.getCause()) {
                case RuntimeException cause -> throw cause;
                case IOException cause -> throw cause;
                case null, default -> throw new IllegalStateException(failed);
            }
        }
    }
}
