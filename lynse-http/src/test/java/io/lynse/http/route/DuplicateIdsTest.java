package io.lynse.http.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DuplicateIdsTest {

    @Test
    void namesTheFirstIdThatWasThereBefore() {
        assertThat(DuplicateIds.find(Ids.of(1, 2, 2, 1))).isEqualTo(RowId.of(2));
        assertThat(DuplicateIds.find(Ids.of(List.of(RowId.of("a"), RowId.of(1), RowId.of("a"))))).isEqualTo(RowId.of("a"));
    }

    @Test
    void takesANumberAndItsTextForDifferentIds() {
        assertThat(DuplicateIds.find(Ids.of(List.of(RowId.of(5), RowId.of("5"))))).isNull();
    }

    @Test
    void findsNoneWhereThereIsNone() {
        assertThat(DuplicateIds.find(Ids.NONE)).isNull();
        assertThat(DuplicateIds.find(Ids.range(0, 1_000_000))).isNull();
        assertThat(DuplicateIds.find(Ids.of(3, 2, 1, 0, Long.MAX_VALUE))).isNull();
    }

    @Test
    void agreesWithASetOnRandomIds() {
        var random = new Random(3);
        for (int round = 0; round < 3_000; round++) {
            int bound = 1 + random.nextInt(400);
            long[] ids = LongStream.generate(() -> (long) random.nextInt(bound) << random.nextInt(2) * 40).limit(random.nextInt(60)).toArray();
            var seen = new HashSet<Long>();
            RowId expected = null;
            for (long id : ids) {
                if (!seen.add(id)) {
                    expected = RowId.of(id);
                    break;
                }
            }
            assertThat(DuplicateIds.find(Ids.of(ids))).isEqualTo(expected);
        }
    }
}
