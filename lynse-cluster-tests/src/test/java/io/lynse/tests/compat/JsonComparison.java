package io.lynse.tests.compat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares JSON as a client would: keys beyond the recorded ones are fine, whole numbers are exact, other numbers agree to
 * 1e-4 relative.
 *
 * @param volatilePaths JSON pointers whose values may differ
 * @param unordered     JSON pointers of arrays compared as sets
 */
record JsonComparison(Set<String> volatilePaths, Set<String> unordered) {

    private static final JsonMapper SORTED = JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
    private static final int SHOWN_CHARS_MAX = 100;

    /** @return one line per difference, each led by its JSON pointer */
    List<String> differences(JsonNode want, JsonNode got) {
        var found = new ArrayList<String>();
        compare(want, got, "", found);
        return found;
    }

    private void compare(JsonNode want, JsonNode got, String at, List<String> found) {
        if (volatilePaths.contains(at)) return;
        boolean same = want.isObject() && got.isObject() || want.isArray() && got.isArray() || equalScalars(want, got);
        if (!same) {
            found.add(at + ": want " + shown(want) + " got " + shown(got));
        } else if (want.isObject()) {
            compareObjects(want, got, at, found);
        } else if (want.isArray()) {
            compareArrays(want, got, at, found);
        }
    }

    private void compareObjects(JsonNode want, JsonNode got, String at, List<String> found) {
        want.properties().forEach(property -> {
            String below = at + "/" + property.getKey().replace("~", "~0").replace("/", "~1");
            JsonNode value = got.get(property.getKey());
            if (value != null) compare(property.getValue(), value, below, found);
            else if (!volatilePaths.contains(below)) found.add(below + ": missing");
        });
    }

    private void compareArrays(JsonNode want, JsonNode got, String at, List<String> found) {
        if (want.size() != got.size()) {
            found.add(at + ": want " + want.size() + " items " + shown(want) + " got " + got.size() + " " + shown(got));
            return;
        }
        List<JsonNode> wanted = items(want, at);
        List<JsonNode> received = items(got, at);
        for (int i = 0; i < wanted.size(); i++) compare(wanted.get(i), received.get(i), at + "/" + i, found);
    }

    private List<JsonNode> items(JsonNode array, String at) {
        var stream = array.valueStream();
        return unordered.contains(at) ? stream.sorted(Comparator.comparing(SORTED::writeValueAsString)).toList() : stream.toList();
    }

    private static boolean equalScalars(JsonNode want, JsonNode got) {
        if (!want.isNumber() || !got.isNumber()) return want.equals(got);
        if (want.isIntegralNumber() && got.isIntegralNumber()) return want.bigIntegerValue().equals(got.bigIntegerValue());
        double a = want.doubleValue();
        double b = got.doubleValue();
        return a == b || Math.abs(a - b) <= 1e-6 + 1e-4 * Math.max(Math.abs(a), Math.abs(b)) || Double.isNaN(a) && Double.isNaN(b);
    }

    private static String shown(JsonNode node) {
        String text = SORTED.writeValueAsString(node);
        return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "...";
    }
}
