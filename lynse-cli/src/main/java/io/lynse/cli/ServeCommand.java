package io.lynse.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands in the list of commands; {@code bin/lynse} starts the service's own jar instead of ever coming here. */
@Command(
        name = "serve",
        aliases = "run",
        description = {
            "Starts a shard node, or with --role coordinator a coordinator.",
            "lynse serve --help and lynse serve --role coordinator --help show their flags."
        })
final class ServeCommand implements Callable<Integer> {

    @Unmatched
    private String[] arguments = {};

    @Override
    public Integer call() {
        throw new CommandFailed("a node is started by bin/lynse serve " + String.join(" ", arguments).strip() + ", which becomes the service's own process");
    }
}
