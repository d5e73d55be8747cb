package io.lynse.coordinator.app;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.config.ConfigException;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.http.app.ServeCommand;
import io.lynse.http.app.ServeOptions;
import io.lynse.http.app.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts a coordinator: {@code --cluster-config cluster.json --port 7637} and the other flags of {@code lynse serve --role coordinator}. */
@Command(name = "lynse serve", description = "Runs a coordinator: the same API as a node, over all shard groups.", sortOptions = false)
public final class CoordinatorMain implements Callable<Integer> {

    @Mixin
    private final ServeOptions serve = new ServeOptions();

    @Mixin
    private final CoordinatorOptions options = new CoordinatorOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final Map<String, String> environment;

    private CoordinatorMain(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] args) {
        int code = run(List.of(args), System.getenv());
        // On success the server's own threads keep the process up.
        if (code != 0) System.exit(code);
    }

    static int run(List<String> args, Map<String, String> environment) {
        if (args.size() >= 2 && args.subList(0, 2).equals(List.of("metadata", "recover"))) {
            var recover = new RecoverCommand(environment);
            return ServeCommand.run(recover, recover.serve, args.subList(2, args.size()), environment);
        }
        var main = new CoordinatorMain(environment);
        return ServeCommand.run(main, main.serve, args, environment);
    }

    @Override
    public Integer call() {
        ClusterConfig cluster;
        try {
            cluster = ClusterConfigFile.read(options.clusterConfig());
        } catch (ConfigException wrong) {
            throw new SettingsException(wrong.getMessage());
        }
        CoordinatorSettings settings = options.settings(cluster, serve, environment);
        System.out.printf("Starting LynseDB coordinator on %s:%d (metadata cache: %s)%n", serve.host(), serve.port(), settings.statePath());
        try {
            CoordinatorNode.start(serve.application(CoordinatorNode.class, options.springProperties(cluster, serve, this::givenElsewhere)), settings);
            return 0;
        } catch (RuntimeException failed) {
            System.err.println("lynse serve: " + StartupFailure.explain(failed));
            return 1;
        }
    }

    /** Whether an option was set by flag, environment or {@code --config} file. */
    private boolean givenElsewhere(String flag) {
        var line = spec.commandLine();
        if (line.getParseResult().hasMatchedOption(flag)) return true;
        try {
            return line.getDefaultValueProvider().defaultValue(spec.findOption(flag)) != null;
        } catch (Exception unreadable) {
            throw new SettingsException(flag + ": " + unreadable.getMessage());
        }
    }
}
