package io.lynse.engine.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class FoldLimitsTest {

    // 20,000 changes, 1,000 bytes, 300 scanned rows.
    static final FoldLimits LIMITS = new FoldLimits(20_000, 1_000, 300, Duration.ofSeconds(5));

    static final List<Arguments> TABLE = List.of(
            arguments("nothing is nothing to fold", 0, 0, 500, true, false),
            arguments("a few rows wait", 10, 10, 299, false, false),
            arguments("enough rows", 20_000, 10, 0, false, true),
            arguments("fewer do beside a graph", 1_000, 10, 0, true, true),
            arguments("but not one less", 999, 10, 0, true, false),
            arguments("enough bytes, however few rows", 1, 1_000, 0, false, true),
            arguments("searches have paid for it", 1, 10, 300, false, true));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void areDue(String when, int rows, long bytes, long scanned, boolean graph, boolean due) {
        assertThat(LIMITS.due(rows, bytes, scanned, graph)).isEqualTo(due);
    }
}
