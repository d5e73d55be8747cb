package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.model.RowId;
import io.lynse.tests.Answer;
import io.lynse.tests.ledger.Ledger;
import io.lynse.tests.ledger.StoredRow;
import io.lynse.tests.ledger.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Everything is killed in the middle of an ingest over several connections, and started again on the same folders. The
 * kill points follow each other on one cluster, so that each also finds what the earlier ones left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillEverythingE2E {

    private static final String DATABASE = "crash";
    private static final String COLLECTION = "rows";
    private static final Map<String, Object> NAME = Map.of("database_name", DATABASE, "collection_name", COLLECTION);
    private static final int ALL_ROWS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    enum KillPoint {
        /** Right after the first acknowledgement: the collection itself is hardly there. */
        EARLY,
        /** With a log of some thousand rows. */
        MIDDLE,
        /** While a checkpoint writes files that the restart must either use or leave alone. */
        DURING_A_CHECKPOINT,
        /** Three times in a row: before the restart has read its log, and when it has just done so. */
        WHILE_RECOVERING,
        /** The shards alone: the coordinator lives through it and must find them again. */
        SHARDS_ONLY,
        /** The coordinator alone: the shards still hold what it was about to be told. */
        COORDINATOR_ONLY
    }

    private final Ledger ledger = new Ledger();
    private Cluster cluster;

    @BeforeAll
    void start() throws IOException {
        cluster = Cluster.of("kill-everything", 2, List.of(), List.of("--max-top-k", "0")).start().awaitServing();
        cluster.api().call("/create_database", Map.of("database_name", DATABASE));
        cluster.api().call("/required_collection", Map.of("database_name", DATABASE, "collection_name", COLLECTION, "dim", Version.DIMENSION));
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource
    void acknowledgedRowsSurvive(KillPoint point) throws IOException {
        long seed = new Random().nextLong();
        System.out.printf("kill point %s, seed %d%n", point, seed);
        var random = new Random(seed);
        List<Node> victims = victims(point, random);

        Ingest ingest = Ingest.start(cluster.api(), DATABASE, COLLECTION, ledger, point.ordinal(), seed);
        SchemaChurn churn = SchemaChurn.start(cluster.api(), DATABASE, point.ordinal());
        try (ingest; churn) {
            awaitMoment(point, random);
            cluster.killAll(victims);
        }
        restart(point, victims);

        List<StoredRow> found = readAll();
        System.out.printf("%d rows acknowledged, %d found, %d requests failed%n", ledger.acknowledgedRows(), found.size(), ingest.failures().size());
        assertThat(ledger.problems(found)).as("broken promises, seed " + seed).isEmpty();
        assertThat(ingest.failures()).as("answers during the failure").allMatch(KillEverythingE2E::isClear);
        assertThat(churn.problems()).as("collections, seed " + seed).isEmpty();
        ledger.settle(found);
        assertWritesAreServedAgain(point);
    }

    /** The group goes on under a new epoch: a restarted node never resumes the one it led. */
    @Test
    void aPrimaryThatComesBackIsPromotedAnew() throws IOException {
        long other = epoch(0);
        long before = epoch(1);
        int run = KillPoint.values().length;
        Ingest ingest = Ingest.start(cluster.api(), DATABASE, COLLECTION, ledger, run, new Random().nextLong());
        try (ingest) {
            awaitMoreRows(200);
            cluster.primary(1).kill();
            cluster.primary(1).start();
            await().atMost(PATIENCE).until(() -> epoch(1) > before);
            awaitMoreRows(1_000);
        }

        assertThat(epoch(1)).isEqualTo(before + 1);
        assertThat(epoch(0)).as("the group that nothing happened to").isEqualTo(other);
        assertThat(ingest.failures()).allMatch(failure -> failure.status() != 0 && isClear(failure));
        List<StoredRow> found = readAll();
        assertThat(ledger.problems(found)).isEmpty();
        ledger.settle(found);
    }

    /** Says what happened: refused for a reason, not now, in part, or in doubt; or nothing, because the coordinator is gone. */
    private static boolean isClear(Ingest.Failure failure) {
        return switch (failure.status()) {
            case 0, 503, 504 -> true;
            case 400 -> failure.text().contains("already exists");
            case 409 -> failure.text().contains("partial_write");
            default -> false;
        };
    }

    private long epoch(int group) throws IOException {
        return cluster.api().get("/cluster_info").orFail("/cluster_info").params().at("/shard_groups/" + group + "/primary_epoch").longValue();
    }

    private List<Node> victims(KillPoint point, Random random) {
        var victims = new ArrayList<>(switch (point) {
            case SHARDS_ONLY -> List.of(cluster.primary(0), cluster.primary(1));
            case COORDINATOR_ONLY -> List.of(cluster.coordinator());
            default -> cluster.nodes();
        });
        Collections.shuffle(victims, random);
        return victims;
    }

    private void awaitMoment(KillPoint point, Random random) {
        awaitMoreRows(point == KillPoint.EARLY ? 1 : random.nextInt(800, 2_500));
        if (point == KillPoint.DURING_A_CHECKPOINT) awaitCheckpointUnderWay(random.nextInt(1, 4));
    }

    private void awaitMoreRows(int more) {
        long enough = ledger.acknowledgedRows() + more;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> ledger.acknowledgedRows() >= enough);
    }

    /** Returns while a checkpoint is under way, after some that were finished. */
    private void awaitCheckpointUnderWay(int finishedBefore) {
        var begun = new AtomicInteger();
        Thread.ofPlatform().name("checkpoints").daemon().start(() -> {
            try {
                do begun.incrementAndGet(); while (cluster.api().post("/checkpoint", NAME).status() == 200);
            } catch (IOException killed) {
                // That is what the test is about.
            }
        });
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> begun.get() > finishedBefore);
    }

    private void restart(KillPoint point, List<Node> victims) throws IOException {
        for (Node node : victims) node.start();
        if (point == KillPoint.WHILE_RECOVERING) {
            killAgainOnceItPrints("Starting", victims);
            killAgainOnceItPrints("engine opened", victims);
        }
        cluster.awaitServing();
    }

    /** Lets a restart come as far as a line of the first shard, then kills everything and starts it again. */
    private void killAgainOnceItPrints(String line, List<Node> victims) throws IOException {
        Node shard = cluster.primary(0);
        int printed = shard.output().length();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> shard.output().indexOf(line, printed) >= 0);
        cluster.killAll(victims);
        for (Node node : victims) node.start();
    }

    private List<StoredRow> readAll() throws IOException {
        JsonNode triple = cluster.api().call("/head", Map.of("database_name", DATABASE, "collection_name", COLLECTION, "n", ALL_ROWS)).get("head");
        JsonNode deleted = cluster.api().call("/list_deleted_ids", NAME).get("ids");
        return StoredRow.of(triple, deleted);
    }

    private void assertWritesAreServedAgain(KillPoint point) throws IOException {
        for (int i = 0; i < 10; i++) { // enough ids to fall into both groups
            Version row = Version.first(RowId.of("after-" + point + "-" + i));
            Answer answer = cluster.api().post("/add", Map.of("database_name", DATABASE, "collection_name", COLLECTION,
                    "ids", List.of(row.id().toString()), "vectors", List.of(row.vector()), "fields", List.of(row.fields())));
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            ledger.acknowledged(row);
        }
    }
}
