package io.lynse.shard.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.wire.v1.CheckpointFilesGrpc;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.RaftExchangeGrpc;
import io.lynse.wire.v1.ReplicationGrpc;
import io.lynse.wire.v1.ShardGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method of a node with the key "sesame", found from the service itself so that no new one is forgotten. */
class KeyCheckIT {

    @TempDir
    Path directory;

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "sesam", "sesamee", "Sesame", "open"})
    void withoutTheKeyNoMethodIsReached(@Nullable String wrong) throws IOException {
        try (var shard = RunningShard.open(directory, "sesame", wrong)) {
            assertThat(methods()).hasSize(11 + 7 + 5 + 4 + 1);
            for (MethodDescriptor<?, ?> method : methods()) {
                var refused = catchThrowableOfType(StatusRuntimeException.class, () -> call(shard, method));
                assertThat(refused.getStatus().getCode()).as(method.getFullMethodName()).isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(GrpcErrors.fromGrpc(refused)).contains(new LynseError.Unauthorized("Unauthorized"));
            }
            var reflection = new RunningShard.Collector<ServerReflectionResponse>();
            ServerReflectionGrpc.newStub(shard.keyed()).serverReflectionInfo(reflection).onCompleted();
            assertThat(catchThrowableOfType(StatusRuntimeException.class, reflection::all).getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);

            var health = HealthGrpc.newBlockingStub(shard.keyed()).check(HealthCheckRequest.getDefaultInstance());
            assertThat(health.getStatus()).as("health stays open").isEqualTo(ServingStatus.SERVING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "sesame")
    void withTheKeyEveryMethodIs(String key) throws IOException {
        try (var shard = RunningShard.open(directory, key, key)) {
            for (MethodDescriptor<?, ?> method : methods()) {
                try {
                    call(shard, method);
                } catch (StatusRuntimeException refused) {
                    // Empty requests are refused for what they are, not at the door.
                    // And this node keeps no metadata, and holds no checkpoint for anybody.
                    assertThat(refused.getStatus().getCode()).as(method.getFullMethodName()).isIn(Status.Code.INVALID_ARGUMENT, Status.Code.UNAVAILABLE, Status.Code.NOT_FOUND);
                }
            }
            var reflection = new RunningShard.Collector<ServerReflectionResponse>();
            var request = ServerReflectionGrpc.newStub(shard.keyed()).withDeadlineAfter(20, TimeUnit.SECONDS).serverReflectionInfo(reflection);
            request.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
            request.onCompleted();
            assertThat(reflection.all().getFirst().getListServicesResponse().getServiceList()).extracting("name").contains("lynse.v1.Shard");
        }
    }

    private static List<MethodDescriptor<?, ?>> methods() {
        return Stream.of(ShardGrpc.getServiceDescriptor(), MetadataOwnerGrpc.getServiceDescriptor(), RaftExchangeGrpc.getServiceDescriptor(),
                        CheckpointFilesGrpc.getServiceDescriptor(), ReplicationGrpc.getServiceDescriptor())
                .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream()).toList();
    }

    /** Sends one empty message, whatever the kind of the method. */
    private static <Q, R> void call(RunningShard shard, MethodDescriptor<Q, R> method) {
        var reply = new RunningShard.Collector<R>();
        Q empty = method.parseRequest(new java.io.ByteArrayInputStream(new byte[0]));
        var call = shard.keyed().newCall(method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        var request = ClientCalls.asyncBidiStreamingCall(call, reply);
        request.onNext(empty);
        request.onCompleted();
        reply.all();
    }
}
