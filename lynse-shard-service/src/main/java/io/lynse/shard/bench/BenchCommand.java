package io.lynse.shard.bench;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lynse bench}: what needs a node's own code in its process. */
@Command(name = "lynse bench", description = "Measures this machine.", subcommands = {EngineBench.class, HelpCommand.class})
public final class BenchCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    /** @return the exit code: 0 done, 1 failed, 2 wrong use */
    public static int run(String... arguments) {
        // Standard output is for figures; the log would go there.
        if (System.getProperty("logback.configurationFile") == null) System.setProperty("logback.configurationFile", "logback-bench.xml");
        return new CommandLine(new BenchCommand()).setExecutionExceptionHandler(BenchCommand::explain).setUsageHelpWidth(110).execute(arguments);
    }

    @Override
    public void run() {
        if (spec == null) throw new IllegalStateException("picocli sets the specification before it runs");
        throw new ParameterException(spec.commandLine(), "what should be measured?");
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(failure instanceof BenchFailed)) throw failure;
        command.getErr().println("lynse bench: " + failure.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
