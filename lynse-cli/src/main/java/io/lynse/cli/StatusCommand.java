package io.lynse.cli;

import io.lynse.cli.client.LynseClient;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a coordinator says of its cluster. */
@Command(name = "status", description = "Shows the shard groups, their members and the collections of a cluster.")
final class StatusCommand implements Callable<Integer> {

    private static final Duration CALL_MAX = Duration.ofSeconds(15);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://127.0.0.1:7637", description = "the coordinator; default ${DEFAULT-VALUE}")
    private URI url = URI.create("http://127.0.0.1:7637");

    @Option(names = "--api-key", paramLabel = "KEY", defaultValue = "${env:LYNSE_API_KEY}", description = "its key, if it has one (LYNSE_API_KEY)")
    private @Nullable String apiKey;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() {
        try (var client = new LynseClient(url, apiKey, CALL_MAX)) {
            PrintWriter out = out();
            ClusterSummary.lines(client.clusterInfo()).forEach(out::println);
            out.flush();
            return 0;
        }
    }

    private PrintWriter out() {
        if (spec == null) throw new IllegalStateException("picocli sets the specification before it calls");
        return spec.commandLine().getOut();
    }
}
