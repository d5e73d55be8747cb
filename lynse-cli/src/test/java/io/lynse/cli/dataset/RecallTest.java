package io.lynse.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class RecallTest {

    // Two queries of one dimension; the exact neighbours of the first are 7 3 5 9, of the second 1 2 4 8.
    static final Queries QUERIES = new Queries(1, new byte[4],
            List.of(new PackageText("a", "", ""), new PackageText("b", "", "")), new int[] {7, 3, 5, 9, 1, 2, 4, 8}, 4);

    static final List<Arguments> TABLE = List.of(
            arguments("everything found",              2, List.of(ids(7, 3), ids(1, 2)), 1.0),
            arguments("order does not matter",         2, List.of(ids(3, 7), ids(2, 1)), 1.0),
            arguments("one of four missed",            2, List.of(ids(7, 5), ids(1, 2)), 0.75),
            arguments("nothing found",                 2, List.of(ids(), ids(9, 9)), 0.0),
            arguments("found behind k does not count", 2, List.of(ids(9, 9, 7, 3), ids(1, 2)), 0.5),
            arguments("an id twice counts once",       2, List.of(ids(7, 7), ids(1, 2)), 0.75),
            arguments("k beyond what the folder knows", 9, List.of(ids(7, 3, 5, 9), ids(1, 2, 4, 0)), 0.875));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void countsExactNeighboursThatWereFound(String when, int k, List<long[]> found, double expected) {
        assertThat(Recall.at(k, found, QUERIES)).as(when).isCloseTo(expected, within(1e-12));
    }

    @Test
    void refusesAnswersThatDoNotMatchTheQueries() {
        assertThatThrownBy(() -> Recall.at(2, List.of(ids(7, 3)), QUERIES)).hasMessage("1 answers for 2 queries");
        assertThatThrownBy(() -> Recall.at(0, List.of(), QUERIES)).hasMessage("k must be at least 1: 0");
    }

    private static long[] ids(long... ids) {
        return ids;
    }
}
