package io.lynse.http.app;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives an option that is not on the command line its value: from its environment variables (see {@link Env}), then from the
 * {@code --config} file; else its own default stays. Remembers where a value came from, so that an error can say so.
 */
final class OptionSources implements IDefaultValueProvider {

    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final ConfigFile file;
    private final Map<String, String> origins = new HashMap<>();

    OptionSources(Map<String, String> environment, ConfigFile file) {
        this.environment = environment;
        this.file = file;
    }

    /** Looks for {@code --config} ahead of the parser, which asks for values before it has read the arguments. */
    static OptionSources of(List<String> args, Map<String, String> environment) {
        Path path = null;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.startsWith(CONFIG + "=")) path = Path.of(arg.substring(CONFIG.length() + 1));
            else if (arg.equals(CONFIG) && i + 1 < args.size()) path = Path.of(args.get(i + 1));
        }
        return new OptionSources(environment, path == null ? ConfigFile.NONE : ConfigFile.read(path));
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option)) return null;
        for (String variable : variables(option)) {
            String value = environment.get(variable);
            if (value != null && !value.isBlank()) return from("environment variable " + variable, option, value);
        }
        for (String key : keys(option)) {
            String value = file.values().get(key);
            if (value != null) return from("config file " + file.path() + ", key '" + key + "'", option, value);
        }
        return null;
    }

    /** Where the option's value was found, to be put before an error's text; empty for the command line itself. */
    String origin(@Nullable ArgSpec arg) {
        return arg instanceof OptionSpec option && origins.containsKey(option.longestName()) ? origins.get(option.longestName()) + ": " : "";
    }

    /** Keys of the file that are no option of the command. */
    List<String> unknownKeys(List<OptionSpec> options) {
        var known = options.stream().flatMap(option -> keys(option).stream()).toList();
        return file.values().keySet().stream().filter(key -> !known.contains(key)).toList();
    }

    @Nullable Path path() {
        return file.path();
    }

    private String from(String origin, OptionSpec option, String value) {
        origins.put(option.longestName(), origin);
        if (option.type() != Boolean.class && option.type() != boolean.class) return value;
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "1", "yes", "on" -> "true";
            case "0", "no", "off" -> "false";
            default -> value;
        };
    }

    private static List<String> variables(OptionSpec option) {
        if (!(option.userObject() instanceof Field field)) return List.of();
        Env env = field.getAnnotation(Env.class);
        return env == null ? List.of() : List.of(env.value());
    }

    private static List<String> keys(OptionSpec option) {
        return Arrays.stream(option.names())
                .filter(name -> name.startsWith("--"))
                .map(name -> name.substring(2).replace('-', '_'))
                .toList();
    }
}
