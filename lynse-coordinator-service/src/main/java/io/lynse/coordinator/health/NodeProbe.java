package io.lynse.coordinator.health;

import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.shardclient.View;
import io.lynse.model.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** One probe: by gRPC, which brings the view and takes back how the node is; where that fails, by {@code GET /healthz}. */
public interface NodeProbe {

    /** @param within how long both forms together may take */
    ProbeResult probe(String uri, View view, Duration within);

    static NodeProbe over(ShardClients shards) {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return (uri, view, within) -> {
            // A hung node must not take two intervals to be found out: gRPC gets the larger share. HTTP always gets its own, so
            // that a pause of this process, which eats up the first, is not taken for the node's silence.
            Duration httpShare = within.dividedBy(3);
            return switch (shards.at(uri).probe(view, Deadline.after(within.minus(httpShare)))) {
                case ProbeOutcome.Answered(NodeReport report) -> new ProbeResult.Answered(report);
                case ProbeOutcome.Refused(String state, String reason) -> new ProbeResult.Refused(state, reason);
                case ProbeOutcome.NoAnswer(String reason, boolean refused) -> switch (http(http, uri, httpShare)) {
                    case OK -> new ProbeResult.HttpOnly("gRPC fails, HTTP answers: " + reason);
                    case REFUSED -> refused ? new ProbeResult.NobodyListens(reason) : new ProbeResult.Silent(reason);
                    case NO_ANSWER -> new ProbeResult.Silent(reason);
                };
            };
        };
    }

    /** How the HTTP form of the probe ended. */
    enum Http { OK, REFUSED, NO_ANSWER }

    private static Http http(HttpClient http, String uri, Duration within) {
        var request = HttpRequest.newBuilder(URI.create(uri + "/healthz")).timeout(within).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200 ? Http.OK : Http.NO_ANSWER;
        } catch (ConnectException refused) {
            return Http.REFUSED;
        } catch (IOException silent) {
            return Http.NO_ANSWER;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Http.NO_ANSWER;
        }
    }
}
