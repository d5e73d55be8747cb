package io.lynse.coordinator.peer;

import io.lynse.coordinator.health.Peers;
import io.lynse.coordinator.lease.LeaseStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the other coordinators by their own HTTP port. A message that cannot be delivered at once is lost: its sender asks again. */
public final class HttpPeers implements Peers, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpPeers.class);

    /** Where a coordinator hears the others. */
    public static final String PATH = "/internal/coordinator";

    private static final Duration CONNECT_MAX = Duration.ofSeconds(1);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    /** On their way at one time, to a coordinator that hangs; what comes beyond is lost. */
    private static final int UNDER_WAY_MAX = 64;

    private final String self;
    private final Supplier<LeaseStatus> status;
    private final CoordinatorKeys keys;
    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX).build();

    /**
     * @param self   this coordinator's address: nothing is sent there
     * @param status who is there, and who leads
     */
    public HttpPeers(String self, Supplier<LeaseStatus> status, CoordinatorKeys keys) {
        this.self = self;
        this.status = status;
        this.keys = keys;
    }

    @Override
    public void toLeader(Message message) {
        LeaseStatus.Leader leader = status.get().leader();
        if (leader != null && !leader.self() && !leader.uri().isEmpty()) send(leader.uri(), message);
    }

    @Override
    public void toOthers(Message message) {
        status.get().others().forEach(other -> send(other.uri(), message));
    }

    /** Whatever a message names as its sender is an address only if a coordinator has announced it. */
    @Override
    public void to(String uri, Message message) {
        if (status.get().others().stream().anyMatch(other -> other.uri().equals(uri))) send(uri, message);
    }

    private void send(String uri, Message message) {
        if (uri.equals(self) || !underWay.tryAcquire()) return;
        HttpRequest request;
        try {
            request = request(uri, message);
        } catch (IllegalArgumentException noAddress) {
            underWay.release();
            log.atWarn().addKeyValue("coordinator", uri).addKeyValue("reason", noAddress.getMessage()).log("a coordinator announced an address that is none");
            return;
        }
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            underWay.release();
            if (failure != null) log.atDebug().addKeyValue("coordinator", uri).addKeyValue("reason", failure.toString()).log("a coordinator was not told");
            else if (answer.statusCode() / 100 != 2) {
                log.atWarn().addKeyValue("coordinator", uri).addKeyValue("status", answer.statusCode())
                        .log("a coordinator does not listen to this one: all of a cluster need the same --api-key and --shard-api-key");
            }
        });
    }

    private HttpRequest request(String uri, Message message) {
        var request = HttpRequest.newBuilder(URI.create(uri + PATH)).timeout(ANSWER_MAX).header("Content-Type", "application/json");
        if (keys.api() != null) request.header("Authorization", "Bearer " + keys.api());
        if (keys.shard() != null) request.header(CoordinatorKeys.HEADER, keys.shard());
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(PeerJson.bytes(message))).build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
