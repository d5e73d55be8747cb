package io.lynse.http.app;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Parses and runs a serve command. A wrong setting is one clear line on standard error and exit code 2. */
public final class ServeCommand {

    private ServeCommand() {}

    /**
     * @param command     a picocli command with {@link ServeOptions} as a mixin
     * @param environment as {@link System#getenv()} gives it
     * @return the exit code
     */
    public static int run(Object command, ServeOptions options, List<String> args, Map<String, String> environment) {
        var line = new CommandLine(command);
        OptionSources sources;
        try {
            sources = OptionSources.of(args, environment);
        } catch (SettingsException wrong) {
            return refuse(line, wrong.getMessage());
        }
        line.setDefaultValueProvider(sources);
        line.setParameterExceptionHandler((refused, _) -> refuse(line, sources.origin(refused.getArgSpec()) + refused.getMessage()));
        line.setExecutionStrategy(parsed -> {
            if (CommandLine.executeHelpRequest(parsed) instanceof Integer shown) return shown;
            try {
                checkKeys(sources, line);
                options.check();
            } catch (SettingsException wrong) {
                throw new ParameterException(line, wrong.getMessage());
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((failed, _, _) -> {
            if (failed instanceof SettingsException wrong) return refuse(line, wrong.getMessage());
            throw failed;
        });
        return line.execute(args.toArray(String[]::new));
    }

    private static void checkKeys(OptionSources sources, CommandLine line) {
        for (String key : sources.unknownKeys(line.getCommandSpec().options())) {
            if (!ServeOptions.OTHER_ROLE_KEYS.contains(key)) {
                throw new SettingsException("config file " + sources.path() + ": unknown key '" + key + "' (keys are flag names with underscores)");
            }
        }
    }

    private static int refuse(CommandLine line, String message) {
        line.getErr().println(line.getCommandName() + ": " + message);
        line.getErr().println("Run with --help for the settings.");
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }
}
