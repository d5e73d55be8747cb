package io.lynse.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.cli.client.Found;
import io.lynse.cli.client.HttpFailure;
import io.lynse.cli.client.LynseClient;
import io.lynse.cli.client.LynseUnreachable;
import io.lynse.cli.client.Target;
import io.lynse.cli.dataset.DataFolder;
import io.lynse.cli.demo.StubCoordinator.Answer;
import io.lynse.cli.demo.StubCoordinator.Asked;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the demo sends, and what it makes of the answers, against a stub over real HTTP. */
class DemoClientIT {

    static final Target TARGET = new Target("d", "c");
    static final Path SAMPLE = Path.of("../samples/debian-packages");

    StubCoordinator stub;
    LynseClient client;

    @BeforeEach
    void start() throws IOException {
        stub = new StubCoordinator();
        client = new LynseClient(stub.uri(), "secret", Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() {
        client.close();
        stub.close();
    }

    @Test
    void loadsEveryRowOnceAndTriesAgainWhatWasRefusedForNow() throws Exception {
        var refusals = new AtomicInteger(2);
        stub.on("/add_binary_ids", asked -> refusals.getAndDecrement() > 0 ? Answer.error(503, "{\"error\":\"not now\"}") : Answer.ok("{\"n_vectors\":1000}"));
        var acknowledged = new AtomicLong();
        double rate = new Loader(client, TARGET).load(DataFolder.open(SAMPLE), rows -> acknowledged.accumulateAndGet(rows, Math::max));

        assertThat(rate).isPositive();
        assertThat(acknowledged).hasValue(5000);
        assertThat(stub.asked()).hasSize(7);
        byte[] vectors = Files.readAllBytes(SAMPLE.resolve("base.f16"));
        byte[] sent = new byte[vectors.length];
        for (Asked asked : stub.asked()) {
            assertThat(asked.query()).contains("database_name=d", "collection_name=c", "dim=384", "n_vectors=1000", "vector_encoding=float16", "return_ids=false");
            assertThat(asked.headers()).containsEntry("Authorization", "Bearer secret").containsEntry("Content-type", "application/octet-stream");
            int first = Integer.parseInt(asked.query().replaceFirst(".*ids_start=(\\d+).*", "$1"));
            System.arraycopy(asked.body(), 0, sent, first * 768, 768_000);
            assertThat(new String(asked.body(), 768_000, 5, StandardCharsets.US_ASCII)).isEqualTo("LDBF1");
        }
        assertThat(sent).isEqualTo(vectors);
    }

    @Test
    void aRefusalForGoodEndsTheLoad() {
        stub.on("/add_binary_ids", asked -> Answer.error(400, "{\"error\":\"external id 7 already exists\",\"code\":\"invalid_argument\"}"));
        assertThatThrownBy(() -> new Loader(client, TARGET).load(DataFolder.open(SAMPLE), rows -> {}))
                .isInstanceOf(HttpFailure.class)
                .hasMessage("/add_binary_ids answered 400: external id 7 already exists");
    }

    @Test
    void readsTheIdsOfABinaryAnswer() {
        ByteBuffer block = ByteBuffer.allocate(4 + 2 * 12 + 4).order(ByteOrder.LITTLE_ENDIAN).putInt(2).putLong(7).putLong(3L << 40).putFloat(0.5f).putFloat(0.25f).putInt(0);
        stub.on("/search_binary", asked -> new Answer(200, block.array()));
        byte[] vector = {1, 2, 3, 4};
        assertThat(client.searchIds(TARGET, 2, vector, 10)).containsExactly(7, 3L << 40);
        assertThat(stub.asked().getFirst().query()).contains("dim=2", "k=10", "vector_encoding=float16", "return_fields=false");
        assertThat(stub.asked().getFirst().body()).isEqualTo(vector);
    }

    @Test
    void readsAnAnswerForAPerson() {
        stub.on("/search", asked -> Answer.ok("""
                {"items":{"k":2,"ids":[5,9],"scores":[0.75,0.5],"fields":[{"name":"httest","size":7},{}]}}"""));
        assertThat(client.search(TARGET, new float[] {0.5f, -1}, 2))
                .containsExactly(new Found(5, 0.75, Map.of("name", "httest")), new Found(9, 0.5, Map.of()));
        assertThat(stub.asked().getFirst().text()).isEqualTo("""
                {"database_name":"d","collection_name":"c","vector":[0.5,-1.0],"k":2,"return_fields":true}""");
    }

    @Test
    void measuresAllQueriesInThreePasses() throws Exception {
        var data = DataFolder.open(SAMPLE);
        // The right answers, but for one query in which the best is missing.
        stub.on("/search_binary", asked -> {
            int query = 0;
            while (!Arrays.equals(asked.body(), data.queries().vector(query))) query++;
            int[] ids = data.queries().nearest(query, 10);
            if (query == 3) ids[0] = -1;
            ByteBuffer block = ByteBuffer.allocate(4 + 120 + 4).order(ByteOrder.LITTLE_ENDIAN).putInt(10);
            for (int id : ids) block.putLong(id);
            return new Answer(200, block.array());
        });
        SearchTrial.Result result = new SearchTrial(client, TARGET, data.queries()).run();
        assertThat(result.recall()).isEqualTo(1999 / 2000.0);
        assertThat(result.p50Millis()).isPositive();
        assertThat(result.qps()).isPositive();
        assertThat(stub.asked()).hasSize(600);
    }

    @Test
    void tellsAnUnreadyNodeFromAReadyOne() {
        assertThat(client.isReady()).isFalse();
        stub.on("/readyz", asked -> Answer.ok("{}"));
        assertThat(client.isReady()).isTrue();
    }

    @Test
    void saysWhereNothingAnswers() {
        stub.close();
        URI uri = stub.uri();
        assertThatThrownBy(() -> client.clusterInfo()).isInstanceOf(LynseUnreachable.class).hasMessageStartingWith("nothing answers at " + uri);
        assertThat(client.isReady()).isFalse();
    }
}
