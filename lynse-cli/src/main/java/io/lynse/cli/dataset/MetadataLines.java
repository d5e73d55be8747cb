package io.lynse.cli.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a gzipped file of one JSON object per line, line by line; line i belongs to row i. */
final class MetadataLines implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final BufferedReader lines;
    private int next;

    private MetadataLines(Path file, BufferedReader lines) {
        this.file = file;
        this.lines = lines;
    }

    static MetadataLines open(Path file) throws IOException {
        try {
            var unzipped = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
            return new MetadataLines(file, new BufferedReader(new InputStreamReader(unzipped, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException missing) {
            throw new DataFolderException(file, "is missing");
        }
    }

    /** The next row's texts; null at the end of the file. */
    @Nullable PackageText read() throws IOException {
        String line = lines.readLine();
        if (line == null) return null;
        JsonNode object = parse(line);
        int row = next++;
        JsonNode id = object.get("id");
        if (id != null && !(id.isIntegralNumber() && id.longValue() == row)) {
            throw new DataFolderException(file, "line " + (row + 1) + " has id " + id + ", expected " + row + " (the row's number)");
        }
        return new PackageText(text(object, "name"), text(object, "section"), text(object, "description"));
    }

    private JsonNode parse(String line) {
        try {
            JsonNode object = JSON.readTree(line);
            if (object.isObject()) return object;
        } catch (JacksonException malformed) {
            // told below, with the line's number
        }
        throw new DataFolderException(file, "line " + (next + 1) + " is not a JSON object");
    }

    private static String text(JsonNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || !value.isString() ? "" : value.stringValue();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
