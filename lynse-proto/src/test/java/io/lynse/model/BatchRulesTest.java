package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseException;
import io.lynse.model.field.FieldBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class BatchRulesTest {

    static final List<Arguments> REFUSED = List.of(
            arguments(named(Ids.of(3, 1, 3)), ElementType.FLOAT32, "duplicate external id 3 within the same insert batch"),
            arguments(named(Ids.of(List.of(RowId.of("a"), RowId.of(1), RowId.of("a")))), ElementType.FLOAT32, "duplicate external id a within the same insert batch"),
            arguments(named(Ids.of(List.of(RowId.of(1), RowId.of("x".repeat(32_766))))), ElementType.FLOAT32, "string IDs cannot exceed 32765 bytes"),
            arguments(batch(null, new float[0]), ElementType.FLOAT32, "vector dimension must be between 1 and 16384, got 0"),
            arguments(batch(null, new float[16_385]), ElementType.FLOAT32, "vector dimension must be between 1 and 16384, got 16385"),
            arguments(batch(null, new float[] {1, 2}, new float[] {3, -65_520}), ElementType.FLOAT16, "the value -65520.0 of row 1 is beyond float16"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void refuses(RowBatch batch, ElementType stored, String message) {
        assertThatThrownBy(() -> BatchRules.check(batch, stored)).isInstanceOf(LynseException.class).hasMessage(message);
    }

    static final List<Arguments> ACCEPTED = List.of(
            arguments(named(Ids.range(0, 1000)), ElementType.FLOAT32),
            arguments(named(Ids.of(3, 1, 2)), ElementType.FLOAT32),
            arguments(named(Ids.of(List.of(RowId.of("5"), RowId.of(5)))), ElementType.FLOAT32),
            arguments(batch(null, new float[16_384]), ElementType.FLOAT32),
            arguments(batch(null, new float[] {65_520}), ElementType.FLOAT32),
            arguments(batch(null, new float[] {65_519}), ElementType.FLOAT16));

    @ParameterizedTest
    @FieldSource("ACCEPTED")
    void accepts(RowBatch batch, ElementType stored) {
        assertThatCode(() -> BatchRules.check(batch, stored)).doesNotThrowAnyException();
    }

    private static RowBatch named(Ids ids) {
        return batch(ids, new float[ids.size()][1]);
    }

    private static RowBatch batch(@Nullable Ids ids, float[]... vectors) {
        return new RowBatch(WriteKind.ADD, Vectors.of(vectors), ids, FieldBlock.NONE);
    }
}
