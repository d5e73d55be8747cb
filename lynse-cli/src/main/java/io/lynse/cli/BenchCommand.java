package io.lynse.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands in the list of commands; {@code bin/lynse} starts the shard node's jar, whose code is measured, instead of ever coming here. */
@Command(
        name = "bench",
        description = {
            "Measures this machine: lynse bench engine is one node's storage and search, without a network.",
            "lynse bench engine --help shows its flags."
        })
final class BenchCommand implements Callable<Integer> {

    @Unmatched
    private String[] arguments = {};

    @Override
    public Integer call() {
        throw new CommandFailed("start it as bin/lynse bench " + String.join(" ", arguments).strip() + ", which becomes the shard node's own process");
    }
}
