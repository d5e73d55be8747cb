package io.lynse.tests.faults;

import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.ledger.Ledger;
import io.lynse.tests.ledger.Problem;
import io.lynse.tests.ledger.StoredRow;
import io.lynse.tests.ledger.Version;
import io.lynse.tests.processes.Ingest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;

/** One run: a fresh collection, writers and readers at both coordinators, a plan of faults, and the judgement when all is well again. */
final class Trial {

    private static final String DATABASE = "faults";
    private static final int ALL_ROWS = 10_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final Duration REQUEST = Duration.ofSeconds(15);
    private static final Duration WRITER_PAUSE = Duration.ofMillis(60);
    private static final Duration READER_PAUSE = Duration.ofMillis(20);

    /**
     * @param broken  promises, by kind; none: the run has passed
     * @param summary what was done, in one line
     * @param faults  line by line
     */
    record Verdict(List<String> broken, String summary, List<String> faults) {}

    private final Machine machine;
    private final LiveCluster cluster;
    private final long seed;
    private final Map<String, Object> collection;
    private final Ledger ledger = new Ledger();
    private final List<String> broken = new ArrayList<>();

    Trial(Machine machine, LiveCluster cluster, long seed) {
        this.machine = machine;
        this.cluster = cluster;
        this.seed = seed;
        this.collection = Map.of("database_name", DATABASE, "collection_name", "run_" + seed);
    }

    Verdict run(Duration length) throws IOException, InterruptedException {
        await().atMost(PATIENCE).ignoreException(IOException.class).until(this::createsCollection);
        var random = new Random(seed);
        List<Fault> plan = Fault.plan(seed, machine.possible(), length.toMillis());
        List<Api> doors = cluster.coordinators().stream().map(member -> member.node().api().withTimeout(REQUEST)).toList();
        Ingest writers = Ingest.start(doors, WRITER_PAUSE, DATABASE, "run_" + seed, ledger, 0, random.nextLong());
        Readers readers = Readers.start(doors, collection, ledger, READER_PAUSE, random.nextLong());
        var mishaps = new Mishaps(machine, cluster);
        try (writers; readers) {
            mishaps.carryOut(plan);
        }
        judge(readers);
        String summary = "%d rows acknowledged, %d requests failed; %d reads, %d failed, %d saw an older row"
                .formatted(ledger.acknowledgedRows(), writers.failures().size(), readers.answered(), readers.failed(), oldReads(readers));
        return new Verdict(broken, summary, mishaps.told());
    }

    private boolean createsCollection() throws IOException {
        Api api = cluster.coordinators().getFirst().node().api();
        return api.post("/create_database", Map.of("database_name", DATABASE)).status() == 200
                && api.post("/required_collection", Map.of("database_name", DATABASE, "collection_name", "run_" + seed, "dim", Version.DIMENSION)).status() == 200;
    }

    private static long oldReads(Readers readers) {
        return readers.problems().stream().filter(problem -> problem.kind() == Problem.Kind.OLD_READ).count();
    }

    private void judge(Readers readers) throws IOException {
        // A default read may be answered by a primary that was superseded unawares: docs/replication.md.
        tell(readers.problems().stream().filter(problem -> problem.kind() != Problem.Kind.OLD_READ).toList(), "read");
        startWhatHasEnded();
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> cluster.troubles().isEmpty());
        } catch (ConditionTimeoutException notYet) {
            broken.add("not whole after " + PATIENCE + ": " + cluster.troubles());
        }
        tell(ledger.problems(rows(cluster.coordinators().getLast().node().api())), "found");
        for (int group = 0; group < LiveCluster.GROUPS; group++) compare(cluster.group(group));
    }

    private void tell(List<Problem> problems, String how) {
        Map<Problem.Kind, List<Problem>> kinds = problems.stream().collect(Collectors.groupingBy(Problem::kind, () -> new EnumMap<>(Problem.Kind.class), Collectors.toList()));
        kinds.forEach((kind, those) -> broken.add(how + " " + those.size() + " " + kind + ", as " + those.subList(0, Math.min(5, those.size()))));
    }

    /** As whoever supervises a node would. */
    private void startWhatHasEnded() throws IOException {
        for (Member member : cluster.members()) {
            if (member.node().isAlive()) continue;
            broken.add(member.node().name() + " has ended by itself");
            member.node().start().awaitReady();
        }
    }

    /** A replica applies what was committed a moment later. */
    private void compare(List<Member> group) {
        try {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> group.stream().map(this::copy).distinct().count() == 1);
        } catch (ConditionTimeoutException different) {
            broken.add("divergence between " + group.stream().map(member -> member.node().name() + " with " + copy(member).size() + " rows").toList());
        }
    }

    private List<StoredRow> copy(Member member) {
        try {
            return rows(member.node().api());
        } catch (IOException silent) {
            throw new UncheckedIOException(silent);
        }
    }

    private List<StoredRow> rows(Api api) throws IOException {
        Answer head = api.post("/head", with("n", ALL_ROWS));
        if (head.status() != 200) throw new IOException(api.base() + "/head was answered " + head);
        JsonNode triple = head.params().get("head");
        return StoredRow.of(triple, api.call("/list_deleted_ids", collection).get("ids"));
    }

    private Map<String, Object> with(String key, Object value) {
        return Map.of("database_name", DATABASE, "collection_name", "run_" + seed, key, value);
    }
}
