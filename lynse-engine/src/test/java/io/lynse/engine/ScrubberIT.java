package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk alters while a collection is open is found without anybody reading it. */
class ScrubberIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int ROWS = 300;

    @TempDir
    Path folder;

    private TestEngine engine;
    private CollectionId collection;

    @BeforeEach
    void open() {
        engine = new TestEngine(EngineSettings.of(folder));
        collection = engine.create("c");
        List<float[]> vectors = IntStream.range(0, ROWS).mapToObj(row -> new float[] {row, 1, 2, 3}).toList();
        engine.add(collection, Ids.range(0, ROWS), vectors.toArray(float[][]::new));
        engine.engine().checkpoint();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** Changes a byte in the midst of the vectors. @param sum writes the checksum that fits the altered file */
    private void alter(boolean sum) throws IOException {
        Path vectors;
        try (Stream<Path> all = Files.walk(folder.resolve("collections"))) {
            vectors = all.filter(file -> file.toString().endsWith(".vec")).findAny().orElseThrow();
        }
        try (FileChannel file = FileChannel.open(vectors, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
            int middle = bytes.capacity() / 2;
            bytes.put(middle, (byte) (bytes.get(middle) ^ 1));
            if (sum) {
                var crc = new CRC32();
                crc.update(bytes.array(), 0, bytes.capacity() - Long.BYTES);
                bytes.putLong(bytes.capacity() - Long.BYTES, crc.getValue());
            }
            file.write(bytes.rewind(), 0);
        }
    }

    private void found(String how) {
        await().atMost(LONG).until(() -> !engine.engine().damagedCollections().isEmpty());
        assertThat(engine.engine().damagedCollections().values()).singleElement().asString().contains(how);
    }

    @Test
    void aFileThatDoesNotFitItsChecksumIsFound() throws IOException {
        alter(false);
        found("checksum failed");
    }

    @Test
    void aRowThatDoesNotFitItsHashIsFoundInAFileThatFitsItsChecksum() throws IOException {
        alter(true);
        found("row");
    }

    @Test
    void aSoundCollectionIsReadAgainAndAgain() {
        await().atMost(LONG).until(() -> engine.engine().scrubbed().passes() >= 2);
        assertThat(engine.engine().scrubbed().bytes()).isPositive();
        assertThat(engine.engine().unavailableCollections()).isEmpty();
    }
}
