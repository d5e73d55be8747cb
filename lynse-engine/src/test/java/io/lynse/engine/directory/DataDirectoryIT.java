package io.lynse.engine.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryIT {

    @TempDir
    Path temporary;

    @Test
    void makesADirectoryAndKeepsItsId() throws IOException {
        Path path = temporary.resolve("a/b/data");
        NodeId id;
        try (DataDirectory directory = DataDirectory.open(path)) {
            id = directory.nodeId();
            assertThat(directory.path()).isEqualTo(path).isDirectory();
            assertThat(Files.readString(directory.resolve("node.id"))).matches(id.value() + " [0-9a-f]{8}\n");
            assertThat(path.resolve("node.id.tmp")).doesNotExist();
        }
        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThat(directory.nodeId()).isEqualTo(id);
        }
        try (DataDirectory other = DataDirectory.open(temporary.resolve("other"))) {
            assertThat(other.nodeId()).isNotEqualTo(id);
        }
    }

    @Test
    void isHeldOnce() {
        try (DataDirectory held = DataDirectory.open(temporary)) {
            assertThatThrownBy(() -> DataDirectory.open(temporary))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining(temporary.toString())
                    .hasMessageContaining("in use");
            assertThat(held.nodeId()).isNotNull();
        }
        DataDirectory.open(temporary).close();
    }

    @Test
    void isHeldOnceByAllProcesses() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holder.class.getName(),
                        temporary.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> DataDirectory.open(temporary))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessage("the data directory " + temporary + " is in use by another process; stop it or name another directory");
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        DataDirectory.open(temporary).close(); // the lock went with its process, though the file is still there
        assertThat(temporary.resolve("lynse.lock")).exists();
    }

    /** Holds a directory until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (DataDirectory held = DataDirectory.open(Path.of(args[0]))) {
                System.out.println(held.nodeId() == null ? "no id" : "held");
                System.in.read();
            }
        }
    }

    @Test
    void refusesWhatBelongsToSomebodyElse() throws IOException {
        Files.writeString(temporary.resolve("lynse.db"), "not ours");
        assertThatThrownBy(() -> DataDirectory.open(temporary))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(temporary.toString())
                .hasMessageContaining("lynse.db");
        assertThat(temporary.resolve("lynse.lock")).as("nothing is left behind").doesNotExist();
    }

    @Test
    void takesADirectoryThatOnlyTheSystemHasTouched() throws IOException {
        Files.createDirectory(temporary.resolve("lost+found"));
        Files.writeString(temporary.resolve(".keep"), "");
        DataDirectory.open(temporary).close();
    }

    @Test
    void finishesAStartThatWasKilled() throws IOException {
        Files.writeString(temporary.resolve("lynse.lock"), "");
        Files.writeString(temporary.resolve("node.id.tmp"), "1234");
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThat(directory.nodeId().value()).hasSize(36);
        }
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessage("the data directory " + file + " is a file; name a directory");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(file.resolve("below").toString());
    }

    @Test
    void refusesADamagedId() throws IOException {
        DataDirectory.open(temporary).close();
        Files.write(temporary.resolve("node.id"), new byte[] {0, 1, 2});
        assertThatThrownBy(() -> DataDirectory.open(temporary)).isInstanceOf(DataDirectoryException.class).hasMessageContaining("node.id");
        Files.write(temporary.resolve("node.id"), new byte[0]);
        assertThatThrownBy(() -> DataDirectory.open(temporary)).isInstanceOf(DataDirectoryException.class).hasMessageContaining("node.id");
    }

    @Test
    void replacesSmallFilesAsAWhole() {
        Path file = temporary.resolve("file");
        assertThat(AtomicFile.read(file)).isEmpty();
        AtomicFile.write(file, "a longer content".getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, "short".getBytes(StandardCharsets.UTF_8));
        assertThat(AtomicFile.read(file)).hasValueSatisfying(content -> assertThat(content).asString().isEqualTo("short"));
        assertThat(temporary).isDirectoryNotContaining("glob:**.tmp");
        assertThatThrownBy(() -> AtomicFile.write(temporary.resolve("missing/file"), new byte[1])).hasMessageContaining("missing/file");
    }

    /** One wrong digit would make the node another one, and fewer digits are an id, too, to the parser of the JDK. */
    @Test
    void anIdIsTheOneThatWasWrittenOrNone() throws IOException {
        String written;
        NodeId id;
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            id = directory.nodeId();
            written = Files.readString(directory.resolve("node.id"));
        }
        Path file = temporary.resolve("node.id");
        for (int at = 0; at < written.length(); at++) {
            byte[] flipped = written.getBytes(StandardCharsets.UTF_8);
            flipped[at] ^= 1;
            assertIdOrNone(id, file, flipped);
            assertIdOrNone(id, file, written.substring(0, at).getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(file, id.value() + "\n"); // as it was written before there was a checksum
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThat(directory.nodeId()).isEqualTo(id);
        }
    }

    private void assertIdOrNone(NodeId id, Path file, byte[] content) throws IOException {
        Files.write(file, content);
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThat(directory.nodeId()).isEqualTo(id);
        } catch (DataDirectoryException refused) {
            assertThat(refused).hasMessageContaining(file.toString());
        }
    }
}
