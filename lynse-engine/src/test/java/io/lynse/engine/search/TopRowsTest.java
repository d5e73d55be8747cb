package io.lynse.engine.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.row.RowKey;
import io.lynse.model.Metric;
import io.lynse.model.RowId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopRowsTest {

    @Test
    void tiesAtTheLastPlaceGoToTheSmallerIdWhateverTheOrder() {
        List<TopRows.Found> rows = new ArrayList<>(List.of(
                row(0.5f, RowId.of(9)), row(0.5f, RowId.of("a")), row(0.5f, RowId.of(10)), row(0.9f, RowId.of(3)), row(0.5f, RowId.of(2))));
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(rows, new Random(seed));
            assertThat(ids(best(Metric.IP, 3, OptionalDouble.empty(), rows))).containsExactly(RowId.of(3), RowId.of(2), RowId.of(9));
            assertThat(ids(best(Metric.L2, 5, OptionalDouble.empty(), rows)))
                    .containsExactly(RowId.of(2), RowId.of(9), RowId.of(10), RowId.of("a"), RowId.of(3));
        }
    }

    @Test
    void whatHasNoScoreComesLastAndLeavesFirst() {
        var rows = List.of(row(Float.NaN, RowId.of(1)), row(7, RowId.of(2)), row(Float.POSITIVE_INFINITY, RowId.of(3)), row(8, RowId.of(4)));
        assertThat(ids(best(Metric.L2, 4, OptionalDouble.empty(), rows))).containsExactly(RowId.of(2), RowId.of(4), RowId.of(3), RowId.of(1));
        assertThat(ids(best(Metric.L2, 2, OptionalDouble.empty(), rows))).containsExactly(RowId.of(2), RowId.of(4));
    }

    @Test
    void aThresholdKeepsWhatIsAtLeastAsGood() {
        var rows = List.of(row(0.1f, RowId.of(1)), row(0.2f, RowId.of(2)), row(0.3f, RowId.of(3)), row(Float.NaN, RowId.of(4)));
        // 0.2 is not 0.2f: a client that gives back a score it was told must find that row.
        assertThat(ids(best(Metric.L2, 9, OptionalDouble.of(0.2), rows))).containsExactly(RowId.of(1), RowId.of(2));
        assertThat(ids(best(Metric.IP, 9, OptionalDouble.of(0.2), rows))).containsExactly(RowId.of(3), RowId.of(2));
    }

    @Test
    void theBarIsWhatThePlacesAreTakenBy() {
        var top = new TopRows(Metric.L2, 2, OptionalDouble.empty());
        assertThat(top.bar()).isEqualTo(Float.POSITIVE_INFINITY);
        top.offer(row(3, RowId.of(1)));
        top.offer(row(5, RowId.of(2)));
        assertThat(top.bar()).isEqualTo(5);
        assertThat(top.admits(5)).isTrue();
        assertThat(top.admits(5.1f)).isFalse();
        assertThat(new TopRows(Metric.IP, 2, OptionalDouble.of(0.5)).bar()).isEqualTo(0.5f);
    }

    private static List<TopRows.Found> best(Metric metric, int k, OptionalDouble threshold, List<TopRows.Found> rows) {
        var top = new TopRows(metric, k, threshold);
        for (TopRows.Found row : rows) {
            if (top.admits(row.score())) top.offer(row);
        }
        return top.bestFirst();
    }

    private static List<RowId> ids(List<TopRows.Found> rows) {
        return rows.stream().map(row -> RowKey.id(row.key())).toList();
    }

    private static TopRows.Found row(float score, RowId id) {
        return new TopRows.Found(score, 0, 0, RowKey.of(id));
    }
}
