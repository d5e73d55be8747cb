package io.lynse.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Real embeddings of 384 components and unit length, with queries that are not among them.
 *
 * @param truth per query the 100 nearest rows by inner product, best first, equal ones by row
 */
record EmbeddingSet(Vectors base, Vectors queries, int[][] truth) {

    static final int DIMENSION = 384;

    private static final Path SAMPLE = Path.of("..", "samples", "debian-packages");
    private static final Path FULL = Path.of("..", "..", "shared", "data", "debian-minilm");
    private static final int TRUTH = 100;

    /** 5,000 rows, always there. */
    static EmbeddingSet sample() throws IOException {
        return read(SAMPLE);
    }

    /** 61,436 rows. A newcomer's clone lacks them and skips the test; where CI runs, their absence is a failure. */
    static EmbeddingSet full() throws IOException {
        assumeTrue(Files.isDirectory(FULL) || "true".equals(System.getenv("CI")), "the full data set is not on this machine");
        return read(FULL);
    }

    private static EmbeddingSet read(Path folder) throws IOException {
        Vectors queries = halves(folder.resolve("queries.f16"));
        ByteBuffer ids = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("queries.gt100.i32"))).order(ByteOrder.LITTLE_ENDIAN);
        var truth = new int[queries.count()][TRUTH];
        for (int[] nearest : truth) {
            for (int i = 0; i < TRUTH; i++) nearest[i] = ids.getInt();
        }
        return new EmbeddingSet(halves(folder.resolve("base.f16")), queries, truth);
    }

    private static Vectors halves(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Vectors(bytes.length / Short.BYTES / DIMENSION, DIMENSION, ElementType.FLOAT16, data);
    }

    /** Rows {@code from} until {@code to} of the base. */
    Vectors rows(int from, int to) {
        return new Vectors(to - from, DIMENSION, ElementType.FLOAT16, base.data().slice(from * base.rowBytes(), (to - from) * base.rowBytes()));
    }

    /** How many of the first k ids are among the first k of these. */
    static long overlap(Ids found, Ids expected, int k) {
        return IntStream.range(0, Math.min(k, found.size()))
                .filter(i -> IntStream.range(0, k).anyMatch(j -> found.intAt(i) == expected.intAt(j)))
                .count();
    }

    Ids nearest(int query, int k) {
        return Ids.of(IntStream.of(truth[query]).limit(k).asLongStream().toArray());
    }
}
