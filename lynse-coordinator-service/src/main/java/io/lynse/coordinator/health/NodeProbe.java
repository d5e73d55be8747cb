package io.lynse.coordinator.health;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.model.Deadline;
import io.lynse.wire.v1.GroupView;
import io.lynse.wire.v1.ProbeRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** One probe: by gRPC, which brings the view and takes back how the node is; where that fails, by {@code GET /healthz}. */
public interface NodeProbe {

    /** @param within how long both forms together may take */
    ProbeResult probe(String uri, GroupView view, Duration within);

    static NodeProbe over(ShardClients shards) {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return (uri, view, within) -> {
            // A hung node must not take two intervals to be found out: gRPC gets the larger share, HTTP what is left.
            Deadline whole = Deadline.after(within);
            try {
                ShardClient node = shards.at(uri);
                var request = ProbeRequest.newBuilder().setView(view).setUri(uri).build();
                return new ProbeResult.Answered(node.probe(request, Deadline.after(within.multipliedBy(2).dividedBy(3))));
            } catch (StatusException failed) {
                return withoutGrpc(http, uri, failed.getStatus(), whole);
            } catch (StatusRuntimeException failed) {
                return withoutGrpc(http, uri, failed.getStatus(), whole);
            }
        };
    }

    private static ProbeResult withoutGrpc(HttpClient http, String uri, Status status, Deadline deadline) {
        String reason = status.getCause() == null || status.getCause().getMessage() == null ? status.getCode() + ": " + status.getDescription() : status.getCause().getMessage();
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> new ProbeResult.Refused("wrong_key", "it refuses this coordinator's key: check --shard-api-key");
            case UNIMPLEMENTED -> new ProbeResult.Refused("wrong_version", "it speaks another version of the protocol: " + reason);
            default -> overHttp(http, uri, deadline) ? new ProbeResult.HttpOnly("gRPC fails, HTTP answers: " + reason) : new ProbeResult.Silent(reason);
        };
    }

    private static boolean overHttp(HttpClient http, String uri, Deadline deadline) {
        if (deadline.passed()) return false;
        var request = HttpRequest.newBuilder(URI.create(uri + "/healthz")).timeout(Duration.ofNanos(deadline.remainingNanos())).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException silent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
