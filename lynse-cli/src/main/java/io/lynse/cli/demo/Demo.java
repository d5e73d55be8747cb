package io.lynse.cli.demo;

import io.lynse.cli.CommandFailed;
import io.lynse.cli.client.LynseClient;
import io.lynse.cli.client.Target;
import io.lynse.cli.cluster.ClusterPlan;
import io.lynse.cli.cluster.LocalCluster;
import io.lynse.cli.dataset.DataFolder;
import io.lynse.cli.dataset.Queries;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The demo from the first process to the last figure; {@link DemoCommand} reads its options and ends it. */
final class Demo {

    static final Target TARGET = new Target("demo", "packages");

    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CALL_MAX = Duration.ofSeconds(60);

    private final ClusterPlan plan;
    private final LocalCluster cluster;
    private final DataFolder data;
    private final Progress progress;
    private final PrintStream out;

    Demo(ClusterPlan plan, LocalCluster cluster, DataFolder data, Progress progress, PrintStream out) {
        this.plan = plan;
        this.cluster = cluster;
        this.data = data;
        this.progress = progress;
        this.out = out;
    }

    /** @throws CommandFailed if a node ends, or is not ready after five minutes */
    DemoFigures run() throws IOException, InterruptedException {
        try (var client = new LynseClient(URI.create(plan.coordinatorUri()), null, CALL_MAX)) {
            awaitReady();
            double ingestRate = load(client);
            long rows = client.countRows(TARGET);
            out.printf("%nFive searches (a query, then package, score and description of the nearest rows):%n");
            ShownSearches.print(out, client, TARGET, data.queries());
            out.println();
            progress.start("Searching with all " + data.queries().count() + " queries");
            SearchTrial.Result trial = new SearchTrial(client, TARGET, data.queries()).run();
            progress.done("Searched with all " + data.queries().count() + " queries, three times");
            Files.writeString(searchFile(), LynseClient.searchBody(TARGET, ShownSearches.floats(data.queries().vector(0)), 3));
            return new DemoFigures(rows, data.dim(), trial.recall(), trial.p50Millis(), trial.qps(), ingestRate);
        }
    }

    /** The figures for a person. */
    void print(DemoFigures figures) {
        Queries queries = data.queries();
        out.printf("%n  recall@10   %.4f   (%d queries against the exact answers)%n", figures.recallAt10(), queries.count());
        out.printf("  ingest      %,.0f vectors/s acknowledged   (%d connections, batches of %,d)%n", figures.ingestRowsPerSecond(), Loader.CONNECTIONS, Loader.BATCH_ROWS);
        out.printf("  search      p50 %.1f ms on one connection, %,.0f searches/s on %d%n", figures.searchP50Millis(), figures.searchQps(), SearchTrial.CONNECTIONS);
    }

    /** Where the cluster can be asked while the demo stays up. */
    void printAddresses() {
        String uri = plan.coordinatorUri();
        out.printf("%nThe cluster is up. Its coordinator: %s   (logs and data: %s)%n", uri, plan.folder());
        out.printf("  curl '%s/cluster_info?tables=false'%n", uri);
        out.printf("  curl -s %s/head -H 'content-type: application/json' -d '{\"database_name\": \"%s\", \"collection_name\": \"%s\", \"n\": 1}'%n",
                uri, TARGET.database(), TARGET.collection());
        out.printf("  curl -s %s/search -H 'content-type: application/json' -d @%s%n", uri, searchFile());
        out.printf("%nCtrl-C ends it and removes everything.%n");
    }

    private Path searchFile() {
        return plan.folder().resolve("search.json");
    }

    private void awaitReady() throws InterruptedException {
        long start = System.nanoTime();
        var waiting = new ArrayList<>(plan.nodes());
        int all = waiting.size();
        progress.start("Starting " + all + " nodes");
        List<LynseClient> probes = new ArrayList<>();
        try {
            for (ClusterPlan.Node node : plan.nodes()) probes.add(new LynseClient(URI.create("http://127.0.0.1:" + node.port()), null, Duration.ofSeconds(2)));
            while (!waiting.isEmpty()) {
                cluster.ended().ifPresent(ended -> {
                    throw new CommandFailed(ended.description());
                });
                long seconds = (System.nanoTime() - start) / 1_000_000_000;
                if (seconds > START_MAX.toSeconds()) throw new CommandFailed(cluster.describe(waiting.getFirst(), "is not ready after " + seconds + " s"));
                waiting.removeIf(node -> probes.get(plan.nodes().indexOf(node)).isReady());
                progress.update("Starting " + all + " nodes: " + (all - waiting.size()) + " ready, " + seconds + " s");
                if (!waiting.isEmpty()) Thread.sleep(POLL);
            }
        } finally {
            probes.forEach(LynseClient::close);
        }
        progress.done("Started %d nodes in %.1f s: a coordinator, two shard groups of primary and replica".formatted(all, (System.nanoTime() - start) / 1e9));
    }

    private double load(LynseClient client) throws IOException, InterruptedException {
        String step = "Loading %,d vectors of %d dimensions".formatted(data.rows(), data.dim());
        progress.start(step);
        client.createDatabase(TARGET.database());
        client.createCollection(TARGET, data.dim());
        double rate = new Loader(client, TARGET).load(data, rows -> progress.update("%s: %,d acknowledged".formatted(step, rows)));
        progress.done("Loaded %,d vectors of %d dimensions: %,.0f per second".formatted(data.rows(), data.dim(), rate));
        return rate;
    }
}
