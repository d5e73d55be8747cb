package io.lynse.tests.compat;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where we answer otherwise on purpose, though the recording marks no bug. A line is {@code NUMBER POINTER REASON}: exchange
 * NUMBER differs at that JSON pointer, and nowhere else. {@code #} begins a comment.
 */
record OwnChoices(Map<Integer, Set<String>> pointers) {

    static OwnChoices read(String recording) throws IOException {
        return parse(Recording.lines(recording + ".ours.txt"));
    }

    static OwnChoices parse(List<String> lines) {
        var pointers = new HashMap<Integer, Set<String>>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) continue;
            String[] parts = line.strip().split("\\s+", 3);
            if (parts.length < 3) throw new IllegalArgumentException("a choice needs a number, a pointer and a reason: " + line);
            pointers.computeIfAbsent(Integer.parseInt(parts[0]), _ -> new HashSet<>()).add(parts[1]);
        }
        return new OwnChoices(Map.copyOf(pointers));
    }

    /** @return the differences that are no choice of ours; a choice that is not made is one too */
    List<String> unexplained(int number, List<String> differences) {
        Set<String> chosen = pointers.getOrDefault(number, Set.of());
        if (!chosen.isEmpty() && differences.isEmpty()) return List.of("must leave the list of our own choices: it matches now");
        return differences.stream().filter(difference -> chosen.stream().noneMatch(pointer -> isAt(pointer, difference))).toList();
    }

    private static boolean isAt(String pointer, String difference) {
        return difference.startsWith(pointer + ":") || difference.startsWith(pointer + "/");
    }
}
