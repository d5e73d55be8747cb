package io.lynse.engine.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StampOrderTest {

    // By clock, then place, then id.
    private static final List<StoredRow> ORDERED = List.of(
            row(1, 0, RowId.of(7)), row(1, 3, RowId.of(2)), row(2, 0, RowId.of(1)), row(2, 0, RowId.of("x")), row(5, 1, RowId.of(0)));

    @Test
    void keepsTheFirstAndTheLastWhateverTheOrder() {
        for (int seed = 0; seed < 20; seed++) {
            var rows = new ArrayList<>(ORDERED);
            Collections.shuffle(rows, new Random(seed));
            for (int n = 0; n <= 6; n++) {
                int kept = Math.min(n, ORDERED.size());
                assertThat(chosen(StampOrder.first(n), rows)).isEqualTo(ORDERED.subList(0, kept));
                assertThat(chosen(StampOrder.last(n), rows)).isEqualTo(ORDERED.subList(ORDERED.size() - kept, ORDERED.size()));
            }
        }
    }

    private static List<StoredRow> chosen(StampOrder order, List<StoredRow> rows) {
        for (StoredRow row : rows) {
            if (order.admits(row.stamp().clock())) order.offer(row);
        }
        return order.ascending();
    }

    private static StoredRow row(long clock, int place, RowId id) {
        return new StoredRow(id, new OrderStamp(clock, place), 0, 0);
    }
}
