package io.lynse.coordinator.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.routing.RowPartition.Part;
import io.lynse.error.LynseError;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class WriteVerdictTest {

    // Rows 0 to 4 have the ids 10 to 14; group a has rows 0 and 3, b has 1, c has 2 and 4.
    static final Ids IDS = Ids.of(10, 11, 12, 13, 14);
    static final LynseError EXISTS = LynseError.invalid("ids", "external id 11 already exists");
    static final LynseError AWAY = new LynseError.Unavailable("shard group b: cannot be reached", Duration.ofSeconds(1));
    static final LynseError BROKE = new LynseError.OutcomeUnknown("it broke");
    static final LynseError BUG = new LynseError.Internal("oops");

    static final List<Arguments> TABLE = List.of(
            arguments("all written", outcomes(null, null, null), Optional.empty()),
            arguments("all refused: the first refusal, which the caller can act on", outcomes(EXISTS, EXISTS, AWAY), Optional.of(EXISTS)),
            arguments("one group, refused: its own words", List.of(a(EXISTS)), Optional.of(EXISTS)),
            arguments("one group, unknown: unknown", List.of(a(BROKE)), Optional.of(BROKE)),
            arguments("all unknown: unknown", outcomes(BROKE, BROKE, BROKE), Optional.of(BROKE)),
            arguments("refused in part", outcomes(null, EXISTS, null), partial("4 rows written, 1 refused, 0 unknown: external id 11 already exists", ids(10, 13, 12, 14), ids(11), ids())),
            arguments("unreachable in part", outcomes(null, AWAY, null), partial("4 rows written, 1 refused, 0 unknown: shard group b: cannot be reached", ids(10, 13, 12, 14), ids(11), ids())),
            arguments("unknown in part", outcomes(null, BROKE, null), partial("4 rows written, 0 refused, 1 unknown: it broke", ids(10, 13, 12, 14), ids(), ids(11))),
            arguments("a node's own fault may have written", outcomes(null, BUG, null), partial("4 rows written, 0 refused, 1 unknown: oops", ids(10, 13, 12, 14), ids(), ids(11))),
            arguments("refused and unknown, nothing known written", outcomes(EXISTS, BROKE, EXISTS), partial("0 rows written, 4 refused, 1 unknown: external id 11 already exists", ids(), ids(10, 13, 12, 14), ids(11))),
            arguments("all three", outcomes(null, EXISTS, BROKE), partial("2 rows written, 1 refused, 2 unknown: external id 11 already exists", ids(10, 13), ids(11), ids(12, 14))));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void tells(String when, List<PartOutcome> outcomes, Optional<LynseError> expected) {
        assertThat(WriteVerdict.of(outcomes, IDS)).isEqualTo(expected);
    }

    private static List<PartOutcome> outcomes(@Nullable LynseError a, @Nullable LynseError b, @Nullable LynseError c) {
        return List.of(
                a(a),
                new PartOutcome(new Part(new ShardGroupId("b"), new int[] {1}), b),
                new PartOutcome(new Part(new ShardGroupId("c"), new int[] {2, 4}), c));
    }

    private static PartOutcome a(@Nullable LynseError error) {
        return new PartOutcome(new Part(new ShardGroupId("a"), new int[] {0, 3}), error);
    }

    private static Optional<LynseError> partial(String reason, List<RowId> written, List<RowId> refused, List<RowId> unknown) {
        return Optional.of(new LynseError.PartialWrite(reason, written, refused, unknown));
    }

    private static List<RowId> ids(long... values) {
        return LongStream.of(values).mapToObj(RowId::of).toList();
    }
}
