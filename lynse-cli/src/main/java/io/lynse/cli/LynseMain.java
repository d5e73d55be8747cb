package io.lynse.cli;

import io.lynse.cli.client.HttpFailure;
import io.lynse.cli.client.LynseUnreachable;
import io.lynse.cli.dataset.DataFolderException;
import io.lynse.cli.demo.DemoCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line client. Exit codes: 0 done, 1 failed, 2 wrong use. */
@Command(
        name = "lynse",
        description = "A distributed vector database that speaks LynseDB's HTTP API.",
        subcommands = {ServeCommand.class, DemoCommand.class, StatusCommand.class, ClusterCommand.class, BenchCommand.class, HelpCommand.class},
        footer = {"", "LYNSE_JAVA_OPTS adds JVM options, for example LYNSE_JAVA_OPTS=-Xmx2g."})
public final class LynseMain implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new LynseMain()).setExecutionExceptionHandler(LynseMain::explain).setUsageHelpWidth(110);
    }

    @Override
    public void run() {
        if (spec == null) throw new IllegalStateException("picocli sets the specification before it runs");
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    // What a user can mend is one line; anything else is a bug of ours and keeps its stack trace.
    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        switch (failure) {
            case CommandFailed told -> command.getErr().println("lynse: " + told.getMessage());
            case HttpFailure told -> command.getErr().println("lynse: " + told.getMessage());
            case LynseUnreachable told -> command.getErr().println("lynse: " + told.getMessage());
            case DataFolderException told -> command.getErr().println("lynse: " + told.getMessage());
            default -> throw failure;
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
