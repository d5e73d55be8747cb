package io.lynse.cli.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass over the rows of a data folder, a chunk at a time; holds one chunk. For one thread. */
public final class RowReader implements AutoCloseable {

    private final Path metadataFile;
    private final InputStream vectors;
    private final MetadataLines metadata;
    private final int width;
    private final int rows;
    private final int chunkRows;
    private int next;

    private RowReader(Path metadataFile, InputStream vectors, MetadataLines metadata, int width, int rows, int chunkRows) {
        this.metadataFile = metadataFile;
        this.vectors = vectors;
        this.metadata = metadata;
        this.width = width;
        this.rows = rows;
        this.chunkRows = chunkRows;
    }

    static RowReader open(Path vectorFile, Path metadataFile, int dim, int rows, int chunkRows) throws IOException {
        if (chunkRows < 1) throw new IllegalArgumentException("chunkRows must be at least 1: " + chunkRows);
        var metadata = MetadataLines.open(metadataFile);
        var vectors = new BufferedInputStream(Files.newInputStream(vectorFile), 1 << 16);
        return new RowReader(metadataFile, vectors, metadata, dim * Short.BYTES, rows, chunkRows);
    }

    /**
     * Reads on.
     *
     * @return the next chunk, full unless it is the last; null behind the last row
     * @throws DataFolderException if there are fewer metadata lines than vectors, or a line is malformed
     */
    public @Nullable RowChunk read() throws IOException {
        int count = Math.min(chunkRows, rows - next);
        if (count == 0) return null;
        byte[] chunk = vectors.readNBytes(count * width);
        List<PackageText> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            PackageText text = metadata.read();
            if (text == null) {
                throw new DataFolderException(metadataFile, (next + i) + " lines, expected " + rows + " (the rows of base.f16)");
            }
            texts.add(text);
        }
        var result = new RowChunk(next, chunk, List.copyOf(texts));
        next += count;
        return result;
    }

    @Override
    public void close() throws IOException {
        try (vectors) {
            metadata.close();
        }
    }
}
