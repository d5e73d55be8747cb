package io.lynse.engine.recent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.row.RowKey;
import io.lynse.model.RowId;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdFilterTest {

    private static final int IDS = 50_000;
    private static final long MIB = 1 << 20;

    enum Kind {
        ASCENDING(RowId::of),
        SCATTERED(i -> RowId.of(new Random(i).nextLong() >>> 1)),
        TEXTS(i -> RowId.of("document/" + i));

        private final LongFunction<RowId> id;

        Kind(LongFunction<RowId> id) {
            this.id = id;
        }
    }

    @ParameterizedTest
    @EnumSource
    void neverDeniesWhatIsThereAndMostlyWhatIsNot(Kind kind) {
        var filter = filled(kind, new IdFilter(IDS, MIB));
        assertThat(unknownThatPass(kind, filter)).isLessThan(IDS / 100);
    }

    @ParameterizedTest
    @EnumSource
    void staysWithinItsBytesAndDeniesNothingThatIsThere(Kind kind) {
        var filter = filled(kind, new IdFilter(IDS, 16 << 10));
        assertThat(filter.bytes()).isEqualTo(16 << 10);
        assertThat(unknownThatPass(kind, filter)).isBetween(IDS / 10, IDS);
    }

    private static IdFilter filled(Kind kind, IdFilter filter) {
        for (int i = 0; i < IDS; i++) filter.add(RowKey.of(kind.id.apply(i)));
        for (int i = 0; i < IDS; i++) assertThat(filter.mayHold(RowKey.of(kind.id.apply(i)))).isTrue();
        return filter;
    }

    private static int unknownThatPass(Kind kind, IdFilter filter) {
        int passed = 0;
        for (int i = IDS; i < 2 * IDS; i++) {
            if (filter.mayHold(RowKey.of(kind.id.apply(i)))) passed++;
        }
        return passed;
    }
}
