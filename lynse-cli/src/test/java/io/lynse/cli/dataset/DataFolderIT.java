package io.lynse.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder of 5 rows and 2 queries of 3 dimensions, and what becomes of it when it is damaged; then the sample itself. */
class DataFolderIT {

    static final int DIM = 3;
    static final Path SAMPLE = Path.of("../samples/debian-packages");

    @TempDir
    Path folder;

    @BeforeEach
    void writeFolder() throws IOException {
        Files.write(folder.resolve("base.f16"), halfFloats(5 * DIM));
        Files.write(folder.resolve("queries.f16"), halfFloats(2 * DIM));
        Files.write(folder.resolve("base.meta.jsonl.gz"), gzipped(lines(5)));
        Files.write(folder.resolve("queries.meta.jsonl.gz"), gzipped(lines(2)));
        Files.write(folder.resolve("queries.gt100.i32"), truth(2));
    }

    @Test
    void findsTheDimensionAndTheRows() throws IOException {
        var data = DataFolder.open(folder);
        assertThat(data.dim()).isEqualTo(DIM);
        assertThat(data.rows()).isEqualTo(5);
        assertThat(data.queries().count()).isEqualTo(2);
        assertThat(data.queries().vector(1)).isEqualTo(Arrays.copyOfRange(halfFloats(2 * DIM), 6, 12));
        assertThat(data.queries().nearest(1, 3)).containsExactly(100, 101, 102);
        assertThat(data.queries().texts().get(1)).isEqualTo(new PackageText("name-1", "utils", "does 1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 1000})
    void readsEveryRowOnceWhateverTheChunk(int chunkRows) throws IOException {
        var vectors = new ByteArrayOutputStream();
        var names = new ArrayList<String>();
        try (RowReader rows = DataFolder.open(folder).readRows(chunkRows)) {
            for (RowChunk chunk = rows.read(); chunk != null; chunk = rows.read()) {
                assertThat(chunk.firstId()).isEqualTo(names.size());
                assertThat(chunk.rows()).isBetween(1, chunkRows);
                assertThat(chunk.vectors()).hasSize(chunk.rows() * DIM * 2);
                vectors.writeBytes(chunk.vectors());
                chunk.texts().forEach(text -> names.add(text.name()));
            }
        }
        assertThat(vectors.toByteArray()).isEqualTo(halfFloats(5 * DIM));
        assertThat(names).containsExactly("name-0", "name-1", "name-2", "name-3", "name-4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base.f16", "queries.f16", "queries.meta.jsonl.gz", "queries.gt100.i32"})
    void namesTheFileThatIsMissing(String name) throws IOException {
        Files.delete(folder.resolve(name));
        assertThatThrownBy(() -> DataFolder.open(folder)).isInstanceOf(DataFolderException.class).hasMessageContaining(name).hasMessageContaining("is missing");
    }

    @Test
    void refusesVectorsThatAreCutShort() throws IOException {
        Files.write(folder.resolve("base.f16"), new byte[5 * DIM * 2 - 1]);
        assertThatThrownBy(() -> DataFolder.open(folder)).hasMessageContaining("base.f16: 29 bytes are not a number of vectors of 3 half floats");
    }

    @Test
    void refusesGroundTruthOfAnotherSize() throws IOException {
        Files.write(folder.resolve("queries.gt100.i32"), truth(3));
        assertThatThrownBy(() -> DataFolder.open(folder)).hasMessageContaining("queries.gt100.i32: 1200 bytes, expected 800");
    }

    @Test
    void refusesMetadataThatDoesNotBelongToTheRows() throws IOException {
        Files.write(folder.resolve("base.meta.jsonl.gz"), gzipped(lines(4)));
        assertThatThrownBy(() -> readAll(DataFolder.open(folder))).hasMessageContaining("4 lines, expected 5");
        Files.write(folder.resolve("base.meta.jsonl.gz"), gzipped("{\"id\": 0}\n{\"id\": 2}\n"));
        assertThatThrownBy(() -> readAll(DataFolder.open(folder))).hasMessageContaining("line 2 has id 2, expected 1");
        Files.write(folder.resolve("base.meta.jsonl.gz"), gzipped("{\"id\": 0}\n[1]\n"));
        assertThatThrownBy(() -> readAll(DataFolder.open(folder))).hasMessageContaining("line 2 is not a JSON object");
    }

    @Test
    void theSampleAgreesWithItsGroundTruth() throws IOException {
        var data = DataFolder.open(SAMPLE);
        assertThat(data.rows()).isEqualTo(5000);
        assertThat(data.dim()).isEqualTo(384);
        float[][] rows = new float[data.rows()][];
        try (RowReader reader = data.readRows(1000)) {
            for (RowChunk chunk = reader.read(); chunk != null; chunk = reader.read()) {
                for (int i = 0; i < chunk.rows(); i++) rows[chunk.firstId() + i] = floats(Arrays.copyOfRange(chunk.vectors(), i * 768, (i + 1) * 768));
            }
        }
        for (int query = 0; query < data.queries().count(); query += 50) {
            float[] vector = floats(data.queries().vector(query));
            int best = 0;
            for (int row = 1; row < rows.length; row++) {
                if (product(rows[row], vector) > product(rows[best], vector)) best = row;
            }
            assertThat(data.queries().nearest(query, 1)).containsExactly(best);
        }
    }

    private static void readAll(DataFolder data) throws IOException {
        try (RowReader rows = data.readRows(2)) {
            while (rows.read() != null) {}
        }
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    private static float[] floats(byte[] halves) {
        ByteBuffer in = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[halves.length / 2];
        for (int i = 0; i < floats.length; i++) floats[i] = Float.float16ToFloat(in.getShort());
        return floats;
    }

    private static byte[] halfFloats(int count) {
        ByteBuffer out = ByteBuffer.allocate(count * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) out.putShort(Float.floatToFloat16(i / 4f));
        return out.array();
    }

    private static byte[] truth(int queries) {
        ByteBuffer out = ByteBuffer.allocate(queries * 100 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < queries * 100; i++) out.putInt(i);
        return out.array();
    }

    private static String lines(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("{\"id\": %d, \"name\": \"name-%d\", \"section\": \"utils\", \"installed_size\": 7, \"description\": \"does %d\"}\n".formatted(i, i, i));
        }
        return text.toString();
    }

    private static byte[] gzipped(String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }
}
