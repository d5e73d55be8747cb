package io.lynse.http.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file behind {@code --config}: JSON if its name ends in {@code .json}, else INI. Keys are the flag names with
 * underscores, at top level or in a {@code server} section; the section wins. Other sections belong to others.
 */
record ConfigFile(@Nullable Path path, Map<String, String> values) {

    static final ConfigFile NONE = new ConfigFile(null, Map.of());
    private static final String SECTION = "server";

    /** @throws SettingsException naming the file and what is wrong with it */
    static ConfigFile read(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException absent) {
            throw new SettingsException("config file " + path + " does not exist");
        } catch (IOException unreadable) {
            throw new SettingsException("config file " + path + " cannot be read: " + unreadable);
        }
        return new ConfigFile(path, path.getFileName().toString().endsWith(".json") ? json(path, text) : ini(path, text));
    }

    private static Map<String, String> json(Path path, String text) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(text);
        } catch (JacksonException malformed) {
            throw new SettingsException("config file " + path + " is not JSON: " + malformed.getOriginalMessage());
        }
        if (!(root instanceof ObjectNode top)) throw new SettingsException("config file " + path + " must hold a JSON object");
        var values = new LinkedHashMap<String, String>();
        put(path, top, values);
        if (top.get(SECTION) instanceof ObjectNode section) put(path, section, values);
        return values;
    }

    private static void put(Path path, ObjectNode from, Map<String, String> into) {
        from.forEachEntry((key, value) -> {
            if (value.isArray()) {
                into.put(key, value.valueStream().map(JsonNode::asString).collect(Collectors.joining(",")));
            } else if (value.isValueNode()) {
                if (!value.isNull()) into.put(key, value.asString());
            } else if (!key.equals(SECTION)) {
                throw new SettingsException("config file " + path + ": key '" + key + "' must be a text, a number, a boolean or a list");
            }
        });
    }

    private static Map<String, String> ini(Path path, String text) {
        var top = new LinkedHashMap<String, String>();
        var section = new LinkedHashMap<String, String>();
        Map<String, String> current = top;
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) continue;
            if (line.startsWith("[")) {
                if (!line.endsWith("]")) throw new SettingsException("config file " + path + ", line " + number + ": expected [section]");
                current = line.equals("[" + SECTION + "]") ? section : new LinkedHashMap<>();
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1) throw new SettingsException("config file " + path + ", line " + number + ": expected key = value");
            current.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
        top.putAll(section);
        return top;
    }
}
