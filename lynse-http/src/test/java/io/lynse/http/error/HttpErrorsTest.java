package io.lynse.http.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseError;
import io.lynse.http.error.HttpErrors.Answer;
import io.lynse.model.Epoch;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class HttpErrorsTest {

    private static final List<RowId> ONE = List.of(RowId.of(1));

    static final List<Arguments> TABLE = List.of(
            arguments(new LynseError.InvalidArgument("ids", "x"), 400, "invalid_argument", null),
            arguments(new LynseError.Unsupported("x"), 400, "unsupported", null),
            arguments(new LynseError.EmptyCollection("c"), 400, "empty_database", null),
            arguments(new LynseError.Unauthorized("x"), 401, "unauthorized", null),
            arguments(new LynseError.NotFound("database", "x"), 404, "not_found", null),
            arguments(new LynseError.AlreadyExists("collection", "x"), 409, "already_exists", null),
            arguments(new LynseError.Conflict("x"), 409, "conflict", null),
            arguments(new LynseError.PayloadTooLarge(2, 1), 413, "payload_too_large", null),
            arguments(new LynseError.KeyReused(), 422, "idempotency_key_reused", null),
            arguments(new LynseError.Overloaded("x", Duration.ofSeconds(2)), 429, "overloaded", Duration.ofSeconds(2)),
            arguments(new LynseError.Unavailable("x", Duration.ofSeconds(3)), 503, "unavailable", Duration.ofSeconds(3)),
            arguments(new LynseError.NotPrimary(new ShardGroupId("sg0"), "x"), 503, "not_primary", Duration.ofSeconds(1)),
            arguments(new LynseError.StaleEpoch(new Epoch(1), new Epoch(2)), 503, "not_primary", Duration.ofSeconds(1)),
            arguments(new LynseError.DeadlineExceeded("x"), 504, "deadline_exceeded", null),
            arguments(new LynseError.OutcomeUnknown("x"), 504, "outcome_unknown", null),
            arguments(new LynseError.PartialWrite("x", ONE, ONE, List.of()), 409, "partial_write", null),
            arguments(new LynseError.PartialWrite("x", ONE, List.of(), ONE), 504, "partial_write", null),
            arguments(new LynseError.Internal("x"), 500, "internal_error", null));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void answers(LynseError error, int status, String code, Duration retryAfter) {
        assertThat(HttpErrors.answer(error)).isEqualTo(new Answer(status, code, retryAfter));
    }

    @Test
    void theTableLeavesNoErrorOut() {
        Set<Class<?>> told = TABLE.stream().map(row -> Objects.requireNonNull(row.get()[0]).getClass()).collect(Collectors.toSet());
        assertThat(told).isEqualTo(Set.of(LynseError.class.getPermittedSubclasses()));
    }
}
