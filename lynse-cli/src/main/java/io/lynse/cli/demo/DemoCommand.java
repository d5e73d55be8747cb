package io.lynse.cli.demo;

import io.lynse.cli.CommandFailed;
import io.lynse.cli.cluster.ClusterPlan;
import io.lynse.cli.cluster.LocalCluster;
import io.lynse.cli.dataset.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a cluster on this machine, loads real data and searches it. */
@Command(
        name = "demo",
        description = {
            "Starts a cluster on this machine (a coordinator, two shard groups of a primary and a replica: five processes), loads real "
                    + "embeddings, shows five searches and what it measured, and stays up until Ctrl-C. Builds what is not built yet."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int INTERRUPTED = 130; // as shells have it for Ctrl-C

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--once", description = "stop after the figures; the last line of the output is one JSON object with them")
    private boolean once;

    @Option(names = "--data", paramLabel = "DIR", description = "folder with base.f16, base.meta.jsonl.gz, queries.f16, queries.meta.jsonl.gz and "
            + "queries.gt100.i32; default: samples/debian-packages")
    private @Nullable Path data;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7637", description = "the coordinator's port; the shard nodes take the four after it, "
            + "and gRPC listens 10000 above each; default ${DEFAULT-VALUE}")
    private int port;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = home();
        DataFolder folder = DataFolder.open(data == null ? home.resolve("samples/debian-packages") : data);
        ClusterPlan plan = plan();
        var progress = Progress.onStandardOutput();
        // The hook also runs on Ctrl-C and SIGTERM, wherever the demo is by then.
        var cluster = LocalCluster.start(plan, home.resolve("bin/lynse"));
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "demo-cleanup"));
        try {
            var demo = new Demo(plan, cluster, folder, progress, System.out);
            DemoFigures figures = demo.run();
            demo.print(figures);
            if (!once) stay(demo, cluster);
            cluster.close();
            if (once) System.out.println(figures.toJson());
            return 0;
        } catch (RuntimeException failure) {
            progress.interrupt();
            if (cluster.isClosing()) return INTERRUPTED; // the nodes were taken from under the demo: not worth a message
            throw explained(failure, cluster);
        }
    }

    private static Path home() {
        String home = System.getProperty("lynse.home");
        if (home == null) throw new CommandFailed("start the demo by bin/lynse demo: it starts the nodes through bin/lynse too");
        return Path.of(home);
    }

    private ClusterPlan plan() throws IOException {
        try {
            ClusterPlan.checkFirstPort(port);
        } catch (IllegalArgumentException refused) {
            if (spec == null) throw refused;
            throw new ParameterException(spec.commandLine(), "--port: " + refused.getMessage(), refused);
        }
        return new ClusterPlan(port, Files.createTempDirectory("lynse-demo-"));
    }

    // A node may be killed on purpose, to see what happens: that is told, and the rest stays.
    private static void stay(Demo demo, LocalCluster cluster) throws InterruptedException {
        demo.printAddresses();
        cluster.onEnd(ended -> {
            if (!ended.byRequest()) System.out.println(System.lineSeparator() + ended.description());
        });
        new CountDownLatch(1).await(); // until Ctrl-C or SIGTERM ends this process
    }

    private static RuntimeException explained(RuntimeException failure, LocalCluster cluster) {
        if (failure instanceof CommandFailed) return failure;
        return cluster.ended().<RuntimeException>map(ended -> new CommandFailed(failure.getMessage() + System.lineSeparator() + ended.description(), failure))
                .orElse(failure);
    }
}
