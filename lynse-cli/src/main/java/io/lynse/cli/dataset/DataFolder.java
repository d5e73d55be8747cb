package io.lynse.cli.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder of embeddings, read without holding its rows in memory.
 *
 * <pre>
 *   base.f16               rows x dim half floats, little-endian, no header; row i has id i
 *   base.meta.jsonl.gz     one JSON object per row: id, name, section, description, ...
 *   queries.f16            queries x dim half floats
 *   queries.meta.jsonl.gz  one JSON object per query
 *   queries.gt100.i32      queries x 100 int32, little-endian: exact nearest ids by inner product, best first
 * </pre>
 *
 * Nothing states the dimension: it is the size of {@code queries.f16} over the number of its metadata lines.
 */
public final class DataFolder {

    private static final int TRUTH_DEPTH = 100;

    private final Path folder;
    private final Queries queries;
    private final int rows;

    private DataFolder(Path folder, Queries queries, int rows) {
        this.folder = folder;
        this.queries = queries;
        this.rows = rows;
    }

    /**
     * Reads the queries and checks that all sizes fit together.
     * @throws DataFolderException if a file is missing or its size does not fit
     */
    public static DataFolder open(Path folder) throws IOException {
        List<PackageText> texts = readTexts(folder.resolve("queries.meta.jsonl.gz"));
        Path vectorFile = folder.resolve("queries.f16");
        byte[] vectors = readAll(vectorFile);
        int dim = texts.isEmpty() ? 0 : vectors.length / Short.BYTES / texts.size();
        if (dim == 0 || vectors.length != (long) texts.size() * dim * Short.BYTES) {
            throw new DataFolderException(vectorFile, vectors.length + " bytes are not " + texts.size()
                    + " vectors (lines of queries.meta.jsonl.gz) of half floats");
        }
        var queries = new Queries(dim, vectors, texts, readTruth(folder.resolve("queries.gt100.i32"), texts.size()), TRUTH_DEPTH);
        return new DataFolder(folder, queries, countRows(folder.resolve("base.f16"), dim));
    }

    public int dim() {
        return queries.dim();
    }

    public int rows() {
        return rows;
    }

    public Queries queries() {
        return queries;
    }

    /** Opens the rows for one pass from the first to the last, at most {@code chunkRows} (at least 1) at a time. */
    public RowReader readRows(int chunkRows) throws IOException {
        return RowReader.open(folder.resolve("base.f16"), folder.resolve("base.meta.jsonl.gz"), dim(), rows, chunkRows);
    }

    private static List<PackageText> readTexts(Path file) throws IOException {
        try (var lines = MetadataLines.open(file)) {
            var texts = new ArrayList<PackageText>();
            for (@Nullable PackageText text = lines.read(); text != null; text = lines.read()) texts.add(text);
            return List.copyOf(texts);
        }
    }

    private static int[] readTruth(Path file, int queries) throws IOException {
        byte[] bytes = readAll(file);
        int[] ids = new int[queries * TRUTH_DEPTH];
        if (bytes.length != ids.length * Integer.BYTES) {
            throw new DataFolderException(file, bytes.length + " bytes, expected " + ids.length * Integer.BYTES + " (" + queries
                    + " queries x " + TRUTH_DEPTH + " int32)");
        }
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ids);
        return ids;
    }

    private static int countRows(Path file, int dim) throws IOException {
        if (!Files.isRegularFile(file)) throw new DataFolderException(file, "is missing");
        long width = (long) dim * Short.BYTES;
        long bytes = Files.size(file);
        if (bytes == 0 || bytes % width != 0 || bytes / width > Integer.MAX_VALUE) {
            throw new DataFolderException(file, bytes + " bytes are not a number of vectors of " + dim + " half floats");
        }
        return Math.toIntExact(bytes / width);
    }

    private static byte[] readAll(Path file) throws IOException {
        if (!Files.isRegularFile(file)) throw new DataFolderException(file, "is missing");
        return Files.readAllBytes(file);
    }
}
