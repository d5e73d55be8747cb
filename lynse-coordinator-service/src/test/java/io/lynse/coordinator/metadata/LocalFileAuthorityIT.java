package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.config.ConfigException;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class LocalFileAuthorityIT {

    private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void choose() {
        file = folder.resolve("deep/cluster_state.cache.json");
    }

    @Test
    void goesOnWhereItStopped() {
        ClusterImage last;
        try (var authority = open("first")) {
            authority.propose(new Command.CreateDatabase("db"), SOON);
            last = authority.image();
        }
        try (var again = open("another")) {
            assertThat(again.image()).isEqualTo(last);
            assertThat(again.image().clusterId()).isEqualTo("first");
        }
    }

    @Test
    void theFileIsSortedAndIndentedByTwo() throws IOException {
        try (var authority = open("c")) {
            authority.propose(new Command.CreateDatabase("db"), SOON);
        }
        String text = Files.readString(file);
        assertThat(text).startsWith("{\n  \"bucket_count\"").contains("\n  \"databases\" : [\n    \"db\"\n  ],");
        List<String> keys = text.lines().filter(line -> line.matches(" {2}\"[a-z_]+\".*")).map(line -> line.strip().replaceAll("\".*", "")).toList();
        assertThat(keys).isSorted().isNotEmpty();
        assertThat(folder.resolve("deep")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatLiesAsideFromACrashIsIgnored() throws IOException {
        open("c").close();
        Files.writeString(file.resolveSibling("cluster_state.cache.json.tmp"), "{\"format\": \"lyn");
        try (var authority = open("other")) {
            assertThat(authority.image().clusterId()).isEqualTo("c");
            authority.propose(new Command.CreateDatabase("db"), SOON);
        }
        try (var authority = open("other")) {
            assertThat(authority.image().databases()).containsExactly("db");
        }
    }

    static final List<Arguments> UNUSABLE = List.of(
            arguments("a torn file", "{\"format\": \"lynsedb-cluster-state\", \"version\": 1, \"coll", "line 1: not JSON"),
            arguments("an empty file", "", "is not usable"),
            arguments("a foreign file", "{\"name\": \"sg0\"}", "format: expected \"lynsedb-cluster-state\""),
            arguments("binary rubbish", "\u0000\u0001\u0002", "not JSON"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("UNUSABLE")
    void refusesToGuess(String what, String content, String message) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        try (var state = StateFile.open(file)) {
            assertThatThrownBy(() -> LocalFileAuthority.open(state, () -> first("c")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(message)
                    .hasMessageContaining("restore it from a backup");
        }
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void twoCoordinatorsDoNotShareAFile() {
        try (var one = open("c")) {
            assertThatThrownBy(() -> StateFile.open(file))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("is in use by another coordinator")
                    .hasMessageContaining("--cluster-state");
        }
        open("c").close();
    }

    @Test
    void aRefusalChangesNothing() throws IOException {
        try (var authority = open("c")) {
            String before = Files.readString(file);
            assertThatThrownBy(() -> authority.propose(new Command.DropCollection(new CollectionName("no", "such")), SOON))
                    .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isEqualTo(new LynseError.NotFound("database", "no")));
            assertThat(Files.readString(file)).isEqualTo(before);
        }
    }

    @Test
    void whoWaitsSeesTheNextChange() throws Exception {
        try (var authority = open("c")) {
            ClusterImage known = authority.image();
            var waiting = CompletableFuture.supplyAsync(() -> authority.newerThan(known, SOON));
            authority.propose(new Command.CreateDatabase("db"), SOON);
            assertThat(waiting.get().databases()).containsExactly("db");
            assertThat(authority.newerThan(authority.image(), Deadline.after(Duration.ZERO))).isEqualTo(authority.image());
        }
    }

    @Test
    void aDiskThatRefusesLeavesTheImageAsItWas() throws IOException {
        try (var authority = open("c")) {
            ClusterImage before = authority.image();
            Files.createDirectory(file.resolveSibling("cluster_state.cache.json.tmp"));
            assertThatThrownBy(() -> authority.propose(new Command.CreateDatabase("db"), SOON))
                    .isInstanceOfSatisfying(LynseException.class, failed -> assertThat(failed.error()).isInstanceOf(LynseError.OutcomeUnknown.class));
            assertThat(authority.image()).isEqualTo(before);
        }
    }

    private LocalFileAuthority open(String clusterId) {
        return LocalFileAuthority.open(StateFile.open(file), () -> first(clusterId));
    }

    private static ClusterImage first(String clusterId) {
        return ClusterImage.initial(clusterId, 8, true, List.of(
                new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())));
    }
}
