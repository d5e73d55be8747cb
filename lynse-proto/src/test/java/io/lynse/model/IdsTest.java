package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void everyFormGivesTheSameIds() {
        List<RowId> expected = List.of(RowId.of(7), RowId.of(8), RowId.of(9));
        for (Ids ids : List.of(Ids.range(7, 3), Ids.of(7, 8, 9), new Ids.Mixed(expected))) {
            assertThat(ids.size()).isEqualTo(3);
            assertThat(ids.toList()).isEqualTo(expected);
            assertThat(ids.allInts()).isTrue();
            assertThat(ids.intAt(1)).isEqualTo(8);
            assertThat(ids.pick(new int[] {2, 0}).toList()).containsExactly(RowId.of(9), RowId.of(7));
        }
    }

    @Test
    void theCheapestFormIsTaken() {
        assertThat(Ids.of(List.of(RowId.of(3), RowId.of(1)))).isEqualTo(Ids.of(3, 1));
        assertThat(Ids.of(List.of(RowId.of(3), RowId.of("x")))).isInstanceOf(Ids.Mixed.class);
        assertThat(Ids.of(List.of())).isEqualTo(Ids.NONE);
    }

    @Test
    void picksFromMixedIds() {
        Ids mixed = Ids.of(List.of(RowId.of("a"), RowId.of(1), RowId.of("b")));
        assertThat(mixed.allInts()).isFalse();
        assertThat(mixed.pick(new int[] {2, 1}).toList()).containsExactly(RowId.of("b"), RowId.of(1));
        assertThat(mixed.pick(new int[] {1})).isEqualTo(Ids.of(1));
        assertThat(mixed.intAt(1)).isEqualTo(1);
        assertThatThrownBy(() -> mixed.intAt(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRangeMayReachTheLargestIdAndNotBeyond() {
        assertThat(Ids.range(Long.MAX_VALUE, 1).get(0)).isEqualTo(RowId.of(Long.MAX_VALUE));
        assertThat(Ids.range(Long.MAX_VALUE - 1, 2).intAt(1)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> Ids.range(Long.MAX_VALUE, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ids.range(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ids.range(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ids.range(0, 2).get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Ids.of(1, -2)).isInstanceOf(IllegalArgumentException.class);
    }
}
