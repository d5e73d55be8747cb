package io.lynse.shard.bench;

import io.lynse.model.ElementType;
import io.lynse.model.Vectors;
import io.lynse.model.field.Fields;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder of embeddings, in memory. Row i has id i.
 *
 * <pre>
 *   base.f16               rows x dim half floats, little-endian
 *   base.meta.jsonl.gz     one JSON object per row: its fields
 *   queries.f16            queries x dim half floats
 *   queries.meta.jsonl.gz  one line per query; their number gives the dimension
 *   queries.gt100.i32      queries x 100 int32, little-endian: exact nearest rows by inner product, best first
 * </pre>
 */
final class Embeddings {

    private static final int TRUTH_DEPTH = 100;
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private final Vectors rows;
    private final Vectors queries;
    private final List<Fields> fields;
    private final IntBuffer truth;

    private Embeddings(Vectors rows, Vectors queries, List<Fields> fields, IntBuffer truth) {
        this.rows = rows;
        this.queries = queries;
        this.fields = fields;
        this.truth = truth;
    }

    /** @throws BenchFailed if a file is missing or the sizes do not fit together */
    static Embeddings read(Path folder) {
        try {
            ByteBuffer queries = bytes(folder.resolve("queries.f16"));
            int queryCount = lines(folder.resolve("queries.meta.jsonl.gz")).size();
            int dimension = queryCount == 0 ? 0 : queries.remaining() / Short.BYTES / queryCount;
            if (dimension == 0) throw new BenchFailed(folder + " has no queries");
            ByteBuffer base = bytes(folder.resolve("base.f16"));
            List<Fields> fields = lines(folder.resolve("base.meta.jsonl.gz")).stream().map(line -> Fields.of(JSON.readValue(line, OBJECT))).toList();
            IntBuffer truth = bytes(folder.resolve("queries.gt100.i32")).asIntBuffer();
            if (truth.remaining() != queryCount * TRUTH_DEPTH) throw new BenchFailed(folder + ": queries.gt100.i32 does not fit " + queryCount + " queries");
            return new Embeddings(
                    new Vectors(fields.size(), dimension, ElementType.FLOAT16, base),
                    new Vectors(queryCount, dimension, ElementType.FLOAT16, queries), fields, truth);
        } catch (IOException | IllegalArgumentException | JacksonException unusable) {
            throw new BenchFailed("cannot use the data in " + folder + ": " + unusable.getMessage(), unusable);
        }
    }

    int dimension() {
        return rows.dimension();
    }

    Vectors rows() {
        return rows;
    }

    Vectors queries() {
        return queries;
    }

    Fields fields(int row) {
        return fields.get(row);
    }

    /** Share of the exact {@code found.length} nearest rows of a query that were found. */
    double recall(int query, long[] found) {
        int hits = 0;
        for (int i = 0; i < found.length; i++) {
            int wanted = truth.get(query * TRUTH_DEPTH + i);
            for (long id : found) {
                if (id == wanted) hits++;
            }
        }
        return found.length == 0 ? 0 : (double) hits / found.length;
    }

    private static ByteBuffer bytes(Path file) throws IOException {
        requireFile(file);
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) throw new BenchFailed(file + " is missing");
    }

    private static List<String> lines(Path file) throws IOException {
        requireFile(file);
        try (var in = new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return new ArrayList<>(in.lines().toList());
        }
    }
}
