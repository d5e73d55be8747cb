package io.lynse.coordinator.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.memory.RequestMemory;
import io.lynse.model.Ids;
import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsMergeTest {

    private static final RequestMemory MEMORY = RequestMemory.unbounded();

    private record Row(RowId id, OrderStamp stamp) {}

    private static final Comparator<Row> ORDER = Comparator.comparing(Row::stamp).thenComparing(Row::id, RowId.ORDER);

    @ParameterizedTest(name = "lynse.seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void headAndTailFollowTheStampsOverAllGroups(long seed) {
        var random = new Random(seed);
        var all = new ArrayList<Row>();
        for (int i = 0; i < 60; i++) {
            all.add(new Row(random.nextBoolean() ? RowId.of(i) : RowId.of("t" + i), new OrderStamp(random.nextInt(5), random.nextInt(4))));
        }
        int groups = random.nextInt(1, 5);
        var byGroup = new ArrayList<List<Row>>();
        for (int group = 0; group < groups; group++) byGroup.add(new ArrayList<>());
        for (Row row : all) byGroup.get(random.nextInt(groups)).add(row);
        all.sort(ORDER);
        int n = random.nextInt(70);
        // Each group answers its own first n: the merge must still be the first n of all.
        List<Rows> heads = byGroup.stream().map(rows -> packed(rows.stream().sorted(ORDER).limit(n).toList())).toList();
        List<Rows> tails = byGroup.stream().map(rows -> packed(rows.stream().sorted(ORDER).skip(Math.max(0, rows.size() - n)).toList())).toList();
        assertThat(ids(RowsMerge.head(heads, n, MEMORY))).isEqualTo(all.stream().limit(n).map(Row::id).toList());
        assertThat(ids(RowsMerge.tail(tails, n, MEMORY))).isEqualTo(all.stream().skip(Math.max(0, all.size() - n)).map(Row::id).toList());
    }

    @Test
    void rowsAreAnsweredInTheOrderAskedAndAsOftenAsAsked() {
        Rows a = packed(List.of(new Row(RowId.of(1), new OrderStamp(9, 0)), new Row(RowId.of(3), new OrderStamp(1, 0))));
        Rows b = packed(List.of(new Row(RowId.of("x"), new OrderStamp(5, 0))));
        var asked = Ids.of(List.of(RowId.of("x"), RowId.of(3), RowId.of("x"), RowId.of(1)));
        var all = (RowsMerge.Asked.All) RowsMerge.asked(List.of(a, b), asked, MEMORY);
        assertThat(ids(all.rows())).isEqualTo(asked.toList());
        for (int row = 0; row < 4; row++) {
            assertThat(all.rows().vectors().row(row)).containsExactly(vector(asked.get(row)));
            assertThat(Objects.requireNonNull(all.rows().fields().get(row)).toMap()).isEqualTo(Map.of("id", asked.get(row).toString()));
        }
    }

    @Test
    void theFirstMissingIdIsNamed() {
        Rows a = packed(List.of(new Row(RowId.of(1), new OrderStamp(9, 0))));
        assertThat(RowsMerge.asked(List.of(a), Ids.of(1, 7, 8), MEMORY)).isEqualTo(new RowsMerge.Asked.Missing(RowId.of(7)));
    }

    @Test
    void nothingMergesToNothing() {
        Rows none = RowsMerge.head(Collections.nCopies(3, packed(List.of())), 5, MEMORY);
        assertThat(none.size()).isZero();
        assertThat(none.vectors().count()).isZero();
        assertThat(none.fields().isNone()).isTrue();
    }

    private static List<RowId> ids(Rows rows) {
        return rows.ids().toList();
    }

    private static float[] vector(RowId id) {
        return new float[] {id.hashCode(), 1};
    }

    private static Rows packed(List<Row> rows) {
        var fields = new ArrayList<@Nullable Fields>();
        rows.forEach(row -> fields.add(Fields.of(Map.of("id", row.id().toString()))));
        return new Rows(
                Ids.of(rows.stream().map(Row::id).toList()),
                Vectors.of(rows.stream().map(row -> vector(row.id())).toArray(float[][]::new)),
                FieldBlock.of(fields),
                rows.stream().map(Row::stamp).toArray(OrderStamp[]::new));
    }
}
