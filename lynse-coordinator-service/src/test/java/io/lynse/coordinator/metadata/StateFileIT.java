package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.config.ConfigException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class StateFileIT {

    private static final ClusterImage IMAGE = ClusterImage.initial("c", 8, Durability.DEFAULT, List.of(
                    new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())))
            .apply(new MetadataRecord.DatabaseCreated("db"));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void choose() {
        file = folder.resolve("deep/cluster_state.cache.json");
    }

    @Test
    void whatWasWrittenIsRead() {
        try (var state = StateFile.open(file)) {
            assertThat(state.read()).isEqualTo(new StateFile.Content.Nothing());
            state.write(IMAGE);
            assertThat(state.read()).isEqualTo(new StateFile.Content.Image(IMAGE));
        }
    }

    @Test
    void theFileIsSortedAndIndentedByTwo() throws IOException {
        write();
        String text = Files.readString(file);
        assertThat(text).startsWith("{\n  \"bucket_count\"").contains("\n  \"databases\" : [\n    \"db\"\n  ],");
        List<String> keys = text.lines().filter(line -> line.matches(" {2}\"[a-z_]+\".*")).map(line -> line.strip().replaceAll("\".*", "")).toList();
        assertThat(keys).isSorted().isNotEmpty();
        assertThat(folder.resolve("deep")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatLiesAsideFromACrashIsIgnored() throws IOException {
        write();
        Files.writeString(file.resolveSibling("cluster_state.cache.json.tmp"), "{\"format\": \"lyn");
        try (var state = StateFile.open(file)) {
            assertThat(state.read()).isEqualTo(new StateFile.Content.Image(IMAGE));
            state.write(IMAGE);
        }
        assertThat(folder.resolve("deep")).isDirectoryNotContaining("glob:**.tmp");
    }

    static final List<Arguments> UNUSABLE = List.of(
            arguments("a torn file", "{\"format\": \"lynsedb-cluster-state\", \"version\": 1, \"coll", "line 1: not JSON"),
            arguments("an empty file", "", "expected an object"),
            arguments("a foreign file", "{\"name\": \"sg0\"}", "format: expected \"lynsedb-cluster-state\""),
            arguments("binary rubbish", "\u0000\u0001\u0002", "not JSON"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("UNUSABLE")
    void saysWhatIsWrong(String what, String content, String message) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        try (var state = StateFile.open(file)) {
            assertThat(state.read()).isInstanceOfSatisfying(StateFile.Content.Damaged.class, damaged -> assertThat(damaged.what()).contains(message));
        }
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void twoCoordinatorsDoNotShareAFile() {
        try (var _ = StateFile.open(file)) {
            assertThatThrownBy(() -> StateFile.open(file))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("is in use by another coordinator")
                    .hasMessageContaining("--cluster-state");
        }
        StateFile.open(file).close();
    }

    @Test
    void whoTakesTheFileLearnsWhoHeldItBefore() throws IOException {
        try (var state = StateFile.open(file)) {
            assertThat(state.takenBy("first, with a long name")).isEmpty();
        }
        try (var state = StateFile.open(file)) {
            assertThat(state.takenBy("second")).contains("first, with a long name");
        }
        try (var state = StateFile.open(file)) {
            assertThat(state.takenBy("third")).contains("second");
        }
        Path lock = file.resolveSibling("cluster_state.cache.json.lock");
        Path copy = folder.resolve("copy.json");
        Files.copy(lock, folder.resolve("copy.json.lock"));
        try (var state = StateFile.open(copy)) {
            assertThat(state.takenBy("copy")).as("the one that is named may live").isEmpty();
        }
        Files.writeString(lock, Files.readString(lock).replaceAll("[0-9a-f-]{36}", "another start of the machine"));
        try (var state = StateFile.open(file)) {
            assertThat(state.takenBy("fourth")).as("on which machine?").isEmpty();
        }
    }

    @Test
    void aDiskThatRefusesLeavesTheFileAsItWas() throws IOException {
        write();
        Files.createDirectory(file.resolveSibling("cluster_state.cache.json.tmp"));
        try (var state = StateFile.open(file)) {
            assertThatThrownBy(() -> state.write(IMAGE.apply(new MetadataRecord.DatabaseCreated("more")))).isInstanceOf(UncheckedIOException.class);
            assertThat(state.read()).isEqualTo(new StateFile.Content.Image(IMAGE));
        }
    }

    private void write() {
        try (var state = StateFile.open(file)) {
            state.write(IMAGE);
        }
    }
}
