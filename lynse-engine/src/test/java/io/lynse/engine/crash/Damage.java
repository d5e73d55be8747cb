package io.lynse.engine.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One changed byte, or a missing end, in a file of a data directory. Every kind of file comes as often as every other. */
final class Damage {

    private final Path original;
    private final Map<String, List<Path>> byKind = new TreeMap<>();

    /** @param original is not changed; the paths of its files are relative to it */
    Damage(Path original) throws IOException {
        this.original = original;
        try (Stream<Path> files = Files.walk(original)) {
            files.filter(Files::isRegularFile)
                    .map(original::relativize)
                    .sorted()
                    .forEach(file -> byKind.computeIfAbsent(kind(file), _ -> new ArrayList<>()).add(file));
        }
    }

    /** What was done to which file. */
    record Done(String kind, Path file, String what) {
        @Override
        public String toString() {
            return file + ": " + what;
        }
    }

    List<String> kinds() {
        return List.copyOf(byKind.keySet());
    }

    /** Copies the directory and damages the copy. @param number which kind of file it is: every kind comes in turn */
    Done apply(Path copy, long number, Random random) throws IOException {
        List<String> kinds = kinds();
        String kind = kinds.get((int) (number % kinds.size()));
        List<Path> files = byKind.get(kind);
        Path file = files == null ? Path.of("") : files.get(random.nextInt(files.size()));
        copy(copy, file);
        Path damaged = copy.resolve(file);
        byte[] content = Files.readAllBytes(original.resolve(file));
        if (content.length == 0) {
            Files.write(damaged, new byte[] {1});
            return new Done(kind, file, "has a byte, and was empty");
        }
        if (random.nextInt(5) == 0) {
            int bytes = random.nextInt(content.length);
            Files.write(damaged, Arrays.copyOf(content, bytes));
            return new Done(kind, file, "cut from " + content.length + " to " + bytes + " bytes");
        }
        int end = end(kind, content);
        // Half of it at the end, where the last acknowledged record of the log is, and elsewhere the checksum.
        int at = random.nextBoolean() ? random.nextInt(end) : end - 1 - random.nextInt(Math.min(end, 200));
        int mask = 1 + random.nextInt(255);
        content[at] ^= (byte) mask;
        Files.write(damaged, content);
        return new Done(kind, file, "byte " + at + " of " + content.length + " changed by " + mask);
    }

    /** Most of a segment of the log is zeros that nobody reads: the damage goes where something was written. */
    private static int end(String kind, byte[] content) {
        if (!kind.equals("wal")) return content.length;
        int end = content.length;
        while (end > 1 && content[end - 1] == 0) end--;
        return end;
    }

    /** The large files are never changed by anybody, so a second name does for them. */
    private void copy(Path copy, Path except) throws IOException {
        for (List<Path> files : byKind.values()) {
            for (Path file : files) {
                Path to = copy.resolve(file);
                Files.createDirectories(to.getParent());
                if (file.equals(except)) continue;
                if (file.startsWith("collections") && !file.endsWith("write.lock")) Files.createLink(to, original.resolve(file));
                else Files.copy(original.resolve(file), to);
            }
        }
    }

    private static String kind(Path file) {
        String name = file.getFileName().toString();
        if (name.startsWith("segments_")) return "segments_N";
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !file.startsWith("collections") && !name.endsWith(".wal")) return name;
        return (name.contains("HalfVectors") ? "half." : "") + name.substring(dot + 1);
    }
}
