package io.lynse.engine.copy;

import io.lynse.engine.directory.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Whole trees of files. */
final class Folders {

    private Folders() {}

    /** Everything below, what holds others first; nothing if there is no such folder. */
    static List<Path> below(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder)).toList();
        }
    }

    /** Removes a folder with everything in it, or a file, or nothing. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        for (Path path : below(folder).reversed()) Files.deleteIfExists(path);
        Files.deleteIfExists(folder);
    }

    /** Makes the names in a folder and in those below it durable; what is in the files is not looked after. */
    static void forceNames(Path folder) throws IOException {
        List<Path> folders = below(folder).stream().filter(Files::isDirectory).sorted(Comparator.comparing(Path::getNameCount).reversed()).toList();
        for (Path each : folders) AtomicFile.forceDirectory(each);
        AtomicFile.forceDirectory(folder);
    }
}
