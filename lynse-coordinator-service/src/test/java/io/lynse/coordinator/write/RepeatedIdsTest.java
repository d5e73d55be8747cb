package io.lynse.coordinator.write;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseException;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class RepeatedIdsTest {

    static final List<Arguments> REPEATS = List.of(
            arguments(Ids.of(3, 1, 3), "duplicate external id 3 within the same insert batch"),
            arguments(Ids.of(List.of(RowId.of("a"), RowId.of(1), RowId.of("a"))), "duplicate external id a within the same insert batch"));

    @ParameterizedTest
    @FieldSource("REPEATS")
    void refusesARepeatedId(Ids ids, String message) {
        assertThatThrownBy(() -> RepeatedIds.refuse(ids)).isInstanceOf(LynseException.class).hasMessageContaining(message);
    }

    static final List<Arguments> DISTINCT = List.of(
            arguments(Ids.range(0, 1000)), arguments(Ids.of(3, 1, 2)), arguments(Ids.of(List.of(RowId.of("5"), RowId.of(5)))), arguments(Ids.NONE));

    @ParameterizedTest
    @FieldSource("DISTINCT")
    void acceptsDistinctIds(Ids ids) {
        assertThatCode(() -> RepeatedIds.refuse(ids)).doesNotThrowAnyException();
    }
}
