package io.lynse.coordinator.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseException;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class BatchPartsTest {

    private static final Vectors VECTORS = Vectors.of(new float[] {0, 1}, new float[] {2, 3}, new float[] {4, 5});

    @Test
    void aPartHoldsItsRowsAndTheirPlaces() {
        var fields = FieldBlock.of(Arrays.asList(Fields.of(Map.of("n", 0)), null, Fields.of(Map.of("n", 2))));
        var batch = new RowBatch(WriteKind.ADD, VECTORS, Ids.range(7, 3), fields);
        RowBatch part = BatchParts.pick(batch, Ids.range(7, 3), new int[] {0, 2});
        assertThat(part.ids()).isEqualTo(Ids.of(7, 9));
        assertThat(part.vectors().row(0)).containsExactly(0, 1);
        assertThat(part.vectors().row(1)).containsExactly(4, 5);
        assertThat(part.place(0)).isZero();
        assertThat(part.place(1)).isEqualTo(2);
        assertThat(part.fields().get(1)).isEqualTo(Fields.of(Map.of("n", 2)));
    }

    @Test
    void aBatchForOneGroupIsPassedOnAsItIs() {
        var batch = new RowBatch(WriteKind.ADD, VECTORS, Ids.range(7, 3), FieldBlock.NONE);
        assertThat(BatchParts.pick(batch, Ids.range(7, 3), new int[] {0, 1, 2})).isSameAs(batch);
    }

    static final List<Arguments> REPEATS = List.of(
            arguments(Ids.of(3, 1, 3), "duplicate external id 3 within the same insert batch"),
            arguments(Ids.of(List.of(RowId.of("a"), RowId.of(1), RowId.of("a"))), "duplicate external id a within the same insert batch"));

    @ParameterizedTest
    @FieldSource("REPEATS")
    void refusesARepeatedId(Ids ids, String message) {
        assertThatThrownBy(() -> BatchParts.refuseRepeats(ids)).isInstanceOf(LynseException.class).hasMessageContaining(message);
    }

    static final List<Arguments> DISTINCT = List.of(
            arguments(Ids.range(0, 1000)), arguments(Ids.of(3, 1, 2)), arguments(Ids.of(List.of(RowId.of("5"), RowId.of(5)))), arguments(Ids.NONE));

    @ParameterizedTest
    @FieldSource("DISTINCT")
    void acceptsDistinctIds(Ids ids) {
        assertThatCode(() -> BatchParts.refuseRepeats(ids)).doesNotThrowAnyException();
    }
}
