package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.BinaryBody;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A replica that was away for longer than the log is kept, and is killed again and again while it takes its primary's files. */
class FileCatchUpE2E {

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int DIMENSION = 1024;
    private static final int ROWS_AT_ONCE = 1_000;
    private static final int BATCHES = 20;
    private static final int KILLS = 20;
    private static final int KILLED_WITHIN_MILLIS = 8_000; // of its start: before it serves, while it fetches, verifies, installs, or takes the log

    private ReplicatedGroup group;
    private Map<String, ?> collection;
    private int rows;

    @BeforeEach
    void start() throws IOException {
        var environment = new HashMap<>(Node.SHORT_LIVED);
        environment.put("LYNSE_LOG_FOLLOWER_BYTES", "0B");
        environment.put("LYNSE_CATCH_UP_MB_PER_SEC", "40");
        group = new ReplicatedGroup("file-catch-up", 2, environment).start();
        group.collection("narrow");
        collection = Map.of("database_name", "db", "collection_name", "rows");
        group.api().call("/required_collection", QuickLocalClusterE2E.with(collection, Map.of("dim", DIMENSION)));
        group.awaitState(replica(), "active");
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private Node replica() {
        return group.member(1);
    }

    private void write() throws IOException {
        var body = new BinaryBody();
        for (int row = 0; row < ROWS_AT_ONCE; row++) body.vector(vector(rows + row));
        for (int row = 0; row < ROWS_AT_ONCE; row++) body.id(rows + row);
        String query = "?database_name=db&collection_name=rows&dim=%d&n_vectors=%d&ids_encoding=raw&return_ids=false".formatted(DIMENSION, ROWS_AT_ONCE);
        group.api().postBinary("/add_binary_ids" + query, body.bytes()).orFail("add");
        rows += ROWS_AT_ONCE;
    }

    private static float[] vector(int row) {
        var vector = new float[DIMENSION];
        Arrays.fill(vector, row);
        return vector;
    }

    private JsonNode catchUp() throws IOException {
        return group.api().get("/cluster_info?tables=false").orFail("cluster_info").params().at("/shard_groups/0/nodes").valueStream()
                .filter(node -> node.path("uri").asString().equals(replica().uri())).findFirst().orElseThrow().path("catch_up");
    }

    @Test
    void isActiveAndEqualHoweverOftenItIsKilled() throws Exception {
        replica().kill();
        for (int batch = 0; batch < BATCHES; batch++) {
            write();
            group.api().post("/checkpoint", collection).orFail("checkpoint");
        }
        replica().start();
        await("the figures of the copy").atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreException(IOException.class)
                .until(() -> catchUp().path("bytes_total").asLong() > 0);
        var random = new Random(7);
        for (int kill = 0; kill < KILLS; kill++) {
            replica().kill();
            write();
            replica().start();
            Thread.sleep(random.nextInt(KILLED_WITHIN_MILLIS));
        }
        group.awaitState(replica(), "active");
        assertThat(replica().output()).contains("files of another member fetched", "copy replaced by fetched files");
        await().atMost(PATIENCE).ignoreException(IOException.class).until(() -> catchUp().isNull());
        group.member(0).kill();
        group.awaitState(replica(), "primary");
        assertThat(group.count(collection)).isEqualTo(rows);
    }
}
