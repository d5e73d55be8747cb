package io.lynse.tests.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Places in the working copy that is tested. */
public final class Repository {

    private Repository() {}

    public static Path root() {
        Path module = Path.of("").toAbsolutePath();
        return module.endsWith("lynse-cluster-tests") ? module.resolveSibling("") : module;
    }

    /** An empty folder below {@code target/} that stays after the run, with the logs in it. */
    public static Path freshFolder(String name) throws IOException {
        Path folder = root().resolve("lynse-cluster-tests/target/processes").resolve(name);
        deleteAll(folder);
        return Files.createDirectories(folder);
    }

    /** One that does not exist is no error. */
    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }
}
