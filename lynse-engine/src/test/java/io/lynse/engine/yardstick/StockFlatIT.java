package io.lynse.engine.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Vectors;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StockFlatIT {

    @Test
    void findsTheLargestInnerProducts(@TempDir Path folder) throws Exception {
        var rows = new float[300][];
        for (int i = 0; i < rows.length; i++) rows[i] = new float[] {i % 7, i};

        try (var stock = StockFlat.write(folder, Vectors.of(rows))) {
            assertThat(stock.search(new float[] {0, 1}, 3)).containsExactly(299, 298, 297);
            assertThat(stock.search(new float[] {0, -1}, 2)).containsExactly(0, 1);
        }
    }
}
