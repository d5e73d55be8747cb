package io.lynse.tests.compat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The exchanges of a recording that need something which is not built. A line is {@code NUMBER FEATURE}: the exchange is
 * answered 400 {@code not supported yet: FEATURE}; or {@code NUMBER after OTHER}: it is answered differently only because
 * exchange OTHER, itself on the list, did not take effect. {@code #} begins a comment.
 */
record NotYet(Map<Integer, Reason> reasons) {

    sealed interface Reason {
        record Feature(String name) implements Reason {}

        record After(int number) implements Reason {}
    }

    static NotYet read(String recording) throws IOException {
        return parse(Recording.lines(recording + ".not-yet.txt"));
    }

    static NotYet parse(List<String> lines) {
        var reasons = new HashMap<Integer, Reason>();
        for (String line : lines) {
            String text = line.replaceFirst("#.*", "").strip();
            if (text.isEmpty()) continue;
            String[] parts = text.split("\\s+", 2);
            int number = Integer.parseInt(parts[0]);
            Reason reason = parts[1].startsWith("after ") ? new Reason.After(Integer.parseInt(parts[1].substring(6).strip())) : new Reason.Feature(parts[1]);
            if (reasons.put(number, reason) != null) throw new IllegalArgumentException("twice on the list: " + number);
        }
        reasons.forEach((number, reason) -> {
            if (reason instanceof Reason.After(int other) && !(other < number && reasons.containsKey(other)))
                throw new IllegalArgumentException(number + " refers to " + other + ", which is not on the list before it");
        });
        return new NotYet(Map.copyOf(reasons));
    }
}
