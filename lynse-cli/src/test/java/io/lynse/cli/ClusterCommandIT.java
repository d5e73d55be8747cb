package io.lynse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.cli.demo.StubCoordinator;
import io.lynse.cli.demo.StubCoordinator.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class ClusterCommandIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private StubCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = new StubCoordinator();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void ownersAreChangedByOneCall() {
        coordinator.on("/cluster/change-owners", _ -> Answer.ok("{\"owners\":[\"http://a:1\"]}"));
        assertThat(run("change-owners", "http://a:1", "http://b:1", "http://c:1", "--api-key", "k")).isZero();
        assertThat(out.toString()).contains("http://a:1");
        assertThat(coordinator.asked()).hasSize(1).first().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("POST");
            assertThat(asked.headers()).containsEntry("Authorization", "Bearer k");
            assertThat(JsonMapper.shared().readTree(asked.text()).at("/owners/2").asString()).isEqualTo("http://c:1");
        });
    }

    @Test
    void aGroupIsAddedByOneCall() {
        coordinator.on("/cluster/add-group", _ -> Answer.ok("{}"));
        assertThat(run("add-group", "sg9", "http://a:1", "http://b:1", "http://c:1")).isZero();
        assertThat(run("add-group", "sg9", "http://a:1")).isZero();
        var bodies = coordinator.asked().stream().map(asked -> JsonMapper.shared().readTree(asked.text())).toList();
        assertThat(bodies.getFirst()).isEqualTo(JsonMapper.shared().readTree("{\"name\":\"sg9\",\"primary\":\"http://a:1\",\"replicas\":[\"http://b:1\",\"http://c:1\"]}"));
        assertThat(bodies.getLast().at("/replicas").size()).isZero();
    }

    @Test
    void whatIsDoneToAGroupIsOneCallEach() {
        for (String verb : List.of("switchover", "add-replica", "remove-replica", "mark-stale", "rebuild", "force-promote")) coordinator.on("/cluster/" + verb, _ -> Answer.ok("{}"));
        assertThat(run("switchover", "sg0")).isZero();
        assertThat(run("switchover", "sg0", "--to", "http://b:1")).isZero();
        for (String verb : List.of("add-replica", "remove-replica", "mark-stale", "rebuild")) assertThat(run(verb, "sg0", "http://b:1")).isZero();
        assertThat(run("force-promote", "sg0", "http://b:1")).isZero();
        assertThat(run("force-promote", "sg0", "http://b:1", "--accept-data-loss")).isZero();
        var replica = "{\"group\":\"sg0\",\"uri\":\"http://b:1\"}";
        assertThat(coordinator.asked().stream().map(asked -> JsonMapper.shared().readTree(asked.text())).toList()).isEqualTo(Stream.of(
                "{\"group\":\"sg0\"}", "{\"group\":\"sg0\",\"to\":\"http://b:1\"}", replica, replica, replica, replica,
                "{\"group\":\"sg0\",\"to\":\"http://b:1\",\"accept_data_loss\":false}", "{\"group\":\"sg0\",\"to\":\"http://b:1\",\"accept_data_loss\":true}")
                .map(JsonMapper.shared()::readTree).toList());
    }

    @Test
    void aRefusalIsOneLineAndExitCode1() {
        coordinator.on("/cluster/change-owners", _ -> Answer.error(400, "{\"error\":\"two metadata owners are no use\"}"));
        assertThat(run("change-owners", "http://a:1", "http://b:1")).isEqualTo(1);
        assertThat(err.toString()).contains("two metadata owners are no use").doesNotContain("\tat ");
    }

    @Test
    void withoutAVerbItIsWrongUse() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("no verb given", "change-owners");
        assertThat(run("change-owners")).isEqualTo(2);
        assertThat(coordinator.asked()).isEmpty();
    }

    private int run(String... arguments) {
        CommandLine line = LynseMain.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        var all = new ArrayList<>(List.of("cluster"));
        all.addAll(List.of(arguments));
        all.add("--url=" + coordinator.uri());
        return line.execute(all.toArray(String[]::new));
    }
}
