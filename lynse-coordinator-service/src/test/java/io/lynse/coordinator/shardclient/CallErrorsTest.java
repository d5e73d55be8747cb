package io.lynse.coordinator.shardclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grpc.Status;
import io.lynse.coordinator.shardclient.CallErrors.Kind;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class CallErrorsTest {

    private static final NodeAddress NODE = new NodeAddress("a", 7638);
    private static final LynseError TYPED = LynseError.invalid("ids", "external id 7 already exists");

    static final List<Arguments> TABLE = List.of(
            arguments("what the node said stands", Kind.WRITE, GrpcErrors.toGrpc(TYPED), TYPED.getClass()),
            arguments("a connection that was never made is definite", Kind.WRITE, unavailable(new ConnectException("Connection refused")), LynseError.Unavailable.class),
            arguments("also deep inside", Kind.WRITE, unavailable(new IOException("io", new ConnectException("refused"))), LynseError.Unavailable.class),
            arguments("a name that nobody knows is definite", Kind.WRITE, unavailable(new UnknownHostException("a")), LynseError.Unavailable.class),
            arguments("a connection that broke may have carried the write", Kind.WRITE, unavailable(new IOException("Connection reset by peer")), LynseError.OutcomeUnknown.class),
            arguments("a read may simply be tried again", Kind.READ, unavailable(new IOException("Connection reset by peer")), LynseError.Unavailable.class),
            arguments("of a read nothing is in doubt", Kind.READ, Status.DEADLINE_EXCEEDED.asRuntimeException(), LynseError.DeadlineExceeded.class),
            arguments("no answer in time is unknown", Kind.WRITE, Status.DEADLINE_EXCEEDED.asRuntimeException(), LynseError.OutcomeUnknown.class),
            arguments("an internal failure of the transport is unknown", Kind.WRITE, Status.INTERNAL.asRuntimeException(), LynseError.OutcomeUnknown.class),
            arguments("our wrong key is not the client's", Kind.WRITE, GrpcErrors.toGrpc(new LynseError.Unauthorized("no")), LynseError.Unavailable.class),
            arguments("another version did nothing", Kind.WRITE, Status.UNIMPLEMENTED.asRuntimeException(), LynseError.Unavailable.class));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void judges(String rule, Kind kind, Throwable failure, Class<? extends LynseError> expected) {
        LynseError judged = CallErrors.judge(NODE, kind, failure);
        assertThat(judged).isInstanceOf(expected);
        if (!judged.equals(TYPED)) assertThat(judged.message()).contains("http://a:7638");
    }

    /** An operator reads them in a 503: no word of the library that carried the call. */
    static final List<Arguments> REASONS = List.of(
            arguments(new ConnectException("finishConnect(..) failed: Connection refused: a/10.0.0.1:17638"), "Connection refused, nobody listens there"),
            arguments(new ConnectException("connection timed out after 20000 ms: a/10.0.0.1:17638"), "no connection was made in time"),
            arguments(new NoRouteToHostException("finishConnect(..) failed: No route to host"), "there is no route to its machine"),
            arguments(new UnknownHostException("a"), "its host name is not known here"),
            arguments(new UnresolvedAddressException(), "its host name is not known here"),
            arguments(new IOException("Connection reset by peer"), "Connection reset by peer"));

    @ParameterizedTest
    @FieldSource("REASONS")
    void tellsInPlainWordsWhyANodeWasNotReached(Throwable cause, String reason) {
        assertThat(CallErrors.reason(Status.UNAVAILABLE.withDescription("io exception\nChannel Pipeline: [SslHandler#0]").withCause(cause))).isEqualTo(reason);
    }

    private static Throwable unavailable(Throwable cause) {
        return Status.UNAVAILABLE.withCause(cause).asRuntimeException();
    }
}
