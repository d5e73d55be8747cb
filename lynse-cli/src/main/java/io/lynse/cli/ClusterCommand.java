package io.lynse.cli;

import io.lynse.cli.client.LynseClient;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What an operator does to a running cluster. Each verb is one call of {@code POST /cluster/<verb>} on a coordinator, and nothing more. */
@Command(name = "cluster", description = "Changes a running cluster.")
final class ClusterCommand implements Runnable {

    /** A new owner is given the whole metadata before it counts. */
    private static final Duration CALL_MAX = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--url", scope = ScopeType.INHERIT, paramLabel = "URL", defaultValue = "http://127.0.0.1:7637", description = "a coordinator; default ${DEFAULT-VALUE}")
    private URI url = URI.create("http://127.0.0.1:7637");

    @Option(names = "--api-key", scope = ScopeType.INHERIT, paramLabel = "KEY", defaultValue = "${env:LYNSE_API_KEY}", description = "its key, if it has one (LYNSE_API_KEY)")
    private @Nullable String apiKey;

    @Option(names = {"-h", "--help"}, scope = ScopeType.INHERIT, usageHelp = true, description = "show this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no verb given");
    }

    @Command(name = "change-owners", description = "Makes those shard nodes the keepers of the cluster's metadata: one, or three and more.")
    int changeOwners(@Parameters(paramLabel = "URI", arity = "1..*", description = "http://HOST:PORT of a shard node") List<String> owners) {
        return post("change-owners", Map.of("owners", owners));
    }

    @Command(name = "add-group", description = "Adds a shard group of empty nodes; collections created from now on use it.")
    int addGroup(
            @Parameters(index = "0", paramLabel = "NAME", description = "its name") String name,
            @Parameters(index = "1", paramLabel = "PRIMARY", description = "http://HOST:PORT of its primary") String primary,
            @Parameters(index = "2..*", arity = "0..*", paramLabel = "REPLICA", description = "http://HOST:PORT of a replica") @Nullable List<String> replicas) {
        return post("add-group", Map.of("name", name, "primary", primary, "replicas", replicas == null ? List.of() : replicas));
    }

    @Command(name = "switchover", description = "Makes another active member the primary of a shard group. No request fails.")
    int switchover(
            @Parameters(paramLabel = "GROUP", description = "its name") String group,
            @Option(names = "--to", paramLabel = "URI", description = "http://HOST:PORT of that member; default: the active replica with the longest log") @Nullable String to) {
        return post("switchover", to == null ? Map.of("group", group) : Map.of("group", group, "to", to));
    }

    @Command(name = "add-replica", description = "Adds a replica, a node that was never written to, to a shard group. It becomes active by itself.")
    int addReplica(@Parameters(paramLabel = "GROUP", description = "its name") String group, @Parameters(paramLabel = "URI", description = "http://HOST:PORT of the node") String uri) {
        return post("add-replica", Map.of("group", group, "uri", uri));
    }

    @Command(name = "remove-replica", description = "Takes a replica out of a shard group.")
    int removeReplica(@Parameters(paramLabel = "GROUP", description = "its name") String group, @Parameters(paramLabel = "URI", description = "http://HOST:PORT of the replica") String uri) {
        return post("remove-replica", Map.of("group", group, "uri", uri));
    }

    @Command(name = "mark-stale", description = "Has nobody wait for a replica, nor promote it, until its primary finds it level.")
    int markStale(@Parameters(paramLabel = "GROUP", description = "its name") String group, @Parameters(paramLabel = "URI", description = "http://HOST:PORT of the replica") String uri) {
        return post("mark-stale", Map.of("group", group, "uri", uri));
    }

    @Command(name = "rebuild", description = "Has a replica throw its copy away and take its primary's files. It becomes active by itself.")
    int rebuild(@Parameters(paramLabel = "GROUP", description = "its name") String group, @Parameters(paramLabel = "URI", description = "http://HOST:PORT of the replica") String uri) {
        return post("rebuild", Map.of("group", group, "uri", uri));
    }

    @Command(name = "force-promote", description = "Makes a member the primary that may lack acknowledged writes. Without --accept-data-loss it only says what may be lost.")
    int forcePromote(
            @Parameters(paramLabel = "GROUP", description = "its name") String group,
            @Parameters(paramLabel = "URI", description = "http://HOST:PORT of that member") String to,
            @Option(names = "--accept-data-loss", description = "do it") boolean accepted) {
        return post("force-promote", Map.of("group", group, "to", to, "accept_data_loss", accepted));
    }

    private int post(String verb, Map<String, Object> body) {
        try (var client = new LynseClient(url, apiKey, CALL_MAX)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(client.operate(verb, body));
            out.flush();
            return 0;
        }
    }
}
