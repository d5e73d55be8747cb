package io.lynse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class LynseMainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("serve", "demo", "status", "bench", "LYNSE_JAVA_OPTS");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void demoHelpNamesItsOptions() {
        assertThat(run("demo", "--help")).isZero();
        assertThat(out.toString()).contains("--once", "--data", "--port", "7637");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "destroy              | Unmatched argument at index 0: 'destroy'",
        "demo --twice         | Unknown option: '--twice'",
        "demo --port x        | Invalid value for option '--port'",
        "demo --port          | Missing required parameter for option '--port'",
        "status --url         | Missing required parameter for option '--url'",
        "demo extra           | Unmatched argument at index 1: 'extra'",
    })
    void wrongUseIsExitCode2AndSaysWhat(String arguments, String said) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(said);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void noCommandIsWrongUse() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("no command given", "demo");
    }

    @Test
    void serveSaysHowANodeIsStarted() {
        assertThat(run("serve", "--port", "7638")).isEqualTo(1);
        assertThat(err.toString()).contains("bin/lynse serve --port 7638").doesNotContain("\tat ");
    }

    @Test
    void benchSaysHowItIsStarted() {
        assertThat(run("bench", "engine", "--json")).isEqualTo(1);
        assertThat(err.toString()).contains("bin/lynse bench engine --json").doesNotContain("\tat ");
    }

    @Test
    void aClusterIsSummedUpGroupByGroup() {
        String info = """
                {"meta_epoch": 12, "bucket_count": 4096, "collections": {"demo/packages": {"dim": 384, "index_mode": "FLAT-IP"}},
                 "shard_groups": [{"name": "sg0", "primary": "http://a:1", "primary_epoch": 3, "replicas": [{"uri": "http://b:2", "state": "stale"}],
                                   "nodes": [{"uri": "http://b:2", "state": "unhealthy"}, {"uri": "http://a:1", "state": "healthy"}]}],
                 "degraded": true, "degraded_reasons": ["http://b:2 is unhealthy"]}""";
        assertThat(ClusterSummary.lines(JsonMapper.shared().readTree(info))).containsExactly(
                "metadata version 12, 4096 buckets",
                "group sg0, epoch 3",
                "  primary  http://a:1  healthy",
                "  replica  http://b:2  unhealthy  stale",
                "collection demo/packages, dimension 384, index FLAT-IP",
                "degraded: http://b:2 is unhealthy");
        assertThat(ClusterSummary.lines(JsonMapper.shared().readTree("{}"))).containsExactly("metadata version ?, ? buckets");
    }

    private int run(String... arguments) {
        CommandLine line = LynseMain.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
