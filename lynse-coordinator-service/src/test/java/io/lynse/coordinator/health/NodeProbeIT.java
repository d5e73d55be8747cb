package io.lynse.coordinator.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.net.httpserver.HttpServer;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.shardclient.View;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both forms of a probe over real sockets. Nothing listens on any gRPC port here. */
class NodeProbeIT {

    private static final ShardGroupImage GROUP =
            new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of());
    private static final View VIEW = new View(ClusterImage.initial("c", 1, Durability.DEFAULT, List.of(GROUP)), GROUP, "http://c:7637", List.of());
    private static final Duration WITHIN = Duration.ofSeconds(9);

    private final ShardClients shards = ShardClients.overNetwork(null);
    private final NodeProbe probe = NodeProbe.over(shards);
    private HttpServer node;
    private int status = 200;

    NodeProbeIT() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    @BeforeEach
    void listen() {
        node.createContext("/healthz", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        node.start();
    }

    @AfterEach
    void stop() {
        node.stop(0);
        shards.close();
    }

    @Test
    void aNodeThatAnswersByHttpAloneIsAliveAndSaysSo() {
        assertThat(probe.probe(uri(node.getAddress().getPort()), VIEW, WITHIN))
                .isInstanceOfSatisfying(ProbeResult.HttpOnly.class, only -> assertThat(only.reason()).contains("gRPC fails").contains("Connection refused"));
    }

    @Test
    void aNodeWhoseHealthCheckFailsToo() {
        status = 500;
        assertThat(probe.probe(uri(node.getAddress().getPort()), VIEW, WITHIN)).isInstanceOf(ProbeResult.Silent.class);
    }

    @Test
    void nothingListens() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProbeResult result = probe.probe(uri(port), VIEW, WITHIN);
        assertThat(result).isInstanceOfSatisfying(ProbeResult.NobodyListens.class, gone -> assertThat(gone.reason()).contains("Connection refused"));
        assertThat(result.alive()).isFalse();
    }

    @Test
    void theSmallestTimeIsNoBug() {
        assertThatCode(() -> probe.probe(uri(node.getAddress().getPort()), VIEW, Duration.ofNanos(3))).doesNotThrowAnyException();
    }

    private static String uri(int port) {
        return "http://127.0.0.1:" + port;
    }
}
