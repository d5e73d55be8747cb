package io.lynse.shard.app;

import io.lynse.http.app.ServeCommand;
import io.lynse.http.app.ServeOptions;
import io.lynse.shard.bench.BenchCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts a shard node: {@code --port 7638 --data-dir data/sg0} and the other flags of {@code lynse serve}. */
@Command(name = "lynse serve", description = "Runs a shard node: a whole server on its own, or a member of a cluster.", sortOptions = false)
public final class ShardMain implements Callable<Integer> {

    private static final String BENCH = "bench";

    @Mixin
    private final ServeOptions options = new ServeOptions();

    private ShardMain() {}

    public static void main(String[] args) {
        // The benchmark of the engine needs its code and the kernels' JVM options, which this jar alone has.
        if (args.length > 0 && args[0].equals(BENCH)) System.exit(BenchCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        var main = new ShardMain();
        int code = ServeCommand.run(main, main.options, List.of(args), System.getenv());
        // On success the server's own threads keep the process up.
        if (code != 0) System.exit(code);
    }

    @Override
    public Integer call() {
        System.out.printf("Starting LynseDB server on %s:%d (root: %s)%n", options.host(), options.port(), options.dataDir());
        try {
            options.application(ShardNode.class, properties()).run();
            return 0;
        } catch (RuntimeException failed) {
            System.err.println("lynse serve: " + StartupFailure.explain(failed));
            return 1;
        }
    }

    private Map<String, Object> properties() {
        return Map.of("lynse.grpc.enabled", options.internalRpc(), "spring.lifecycle.timeout-per-shutdown-phase", "10s");
    }
}
