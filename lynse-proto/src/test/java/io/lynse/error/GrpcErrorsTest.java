package io.lynse.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynse.model.Epoch;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.v1.ErrorDetail;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcErrorsTest {

    record Case(LynseError error, Status.Code code) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(new LynseError.InvalidArgument("ids", "external id 7 already exists"), Status.Code.INVALID_ARGUMENT),
                new Case(new LynseError.EmptyCollection("c"), Status.Code.INVALID_ARGUMENT),
                new Case(new LynseError.NotFound("collection", "c"), Status.Code.NOT_FOUND),
                new Case(new LynseError.AlreadyExists("database", "d"), Status.Code.ALREADY_EXISTS),
                new Case(new LynseError.StaleEpoch(new Epoch(3), new Epoch(5)), Status.Code.ABORTED),
                new Case(new LynseError.NotPrimary(new ShardGroupId("sg0"), "restarted"), Status.Code.ABORTED),
                new Case(new LynseError.Conflict("dimension 3 is fixed"), Status.Code.FAILED_PRECONDITION),
                new Case(new LynseError.KeyReused(), Status.Code.FAILED_PRECONDITION),
                new Case(new LynseError.Unavailable("no primary", Duration.ofMillis(1_500)), Status.Code.UNAVAILABLE),
                new Case(new LynseError.Overloaded("queue full", Duration.ofSeconds(1)), Status.Code.RESOURCE_EXHAUSTED),
                new Case(new LynseError.PayloadTooLarge(600, 512), Status.Code.RESOURCE_EXHAUSTED),
                new Case(new LynseError.DeadlineExceeded("timed out"), Status.Code.DEADLINE_EXCEEDED),
                new Case(new LynseError.OutcomeUnknown("timed out"), Status.Code.DEADLINE_EXCEEDED),
                new Case(new LynseError.Unauthorized("no key"), Status.Code.UNAUTHENTICATED),
                new Case(new LynseError.Unsupported("where filters"), Status.Code.UNIMPLEMENTED),
                new Case(
                        new LynseError.PartialWrite("1 of 3", List.of(RowId.of(1)), List.of(RowId.of("é")), List.of(RowId.of(Long.MAX_VALUE), RowId.of(0))),
                        Status.Code.UNKNOWN),
                new Case(new LynseError.Internal("bug"), Status.Code.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theWholeErrorTravels(Case given) {
        StatusRuntimeException sent = GrpcErrors.toGrpc(given.error());
        assertThat(sent.getStatus().getCode()).isEqualTo(given.code());
        assertThat(sent.getStatus().getDescription()).isEqualTo(given.error().message());
        assertThat(GrpcErrors.fromGrpc(sent)).contains(given.error());
        assertThat(GrpcErrors.fromGrpc(new IllegalStateException("wrapped", sent))).contains(given.error());
    }

    @Test
    void everyCaseIsTested() {
        Set<?> tested = cases().map(one -> one.error().getClass()).collect(Collectors.toSet());
        assertThat(Arrays.stream(LynseError.class.getPermittedSubclasses())).allMatch(tested::contains);
    }

    @Test
    void aFailureOfTheTransportIsNoAnswer() {
        assertThat(GrpcErrors.fromGrpc(Status.UNAVAILABLE.asRuntimeException())).isEmpty();
        assertThat(GrpcErrors.fromGrpc(new IllegalStateException())).isEmpty();
        assertThat(ErrorWire.error(ErrorDetail.getDefaultInstance())).isInstanceOf(LynseError.Internal.class);
    }

    @Test
    void messagesAreThoseThatClientsLookAt() {
        assertThat(new LynseError.NotFound("collection", "c").message()).isEqualTo("Collection not found: c");
        assertThat(new LynseError.Unsupported("where filters").message()).isEqualTo("not supported yet: where filters");
        assertThat(new LynseException(new LynseError.Conflict("x"))).hasMessage("x").hasNoCause();
    }
}
