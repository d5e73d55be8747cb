package io.lynse.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.Api;
import io.lynse.tests.processes.StandingServers;
import io.lynse.tests.processes.StandingServers.StandingCluster;
import io.lynse.tests.processes.StandingServers.StandingNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every recorded exchange matches, on one node and through a coordinator with two groups, or stands on the list of what is
 * missing, which only ever shrinks. The recording against a key is in the test of keys.
 */
@ExtendWith(StandingServers.class)
public class RecordedExchangesE2E {

    @TempDir
    private Path folder;

    @Test
    void oneNode(StandingNode node) throws IOException {
        assertMatches(node.api(), "single", "single", folder);
    }

    @Test
    void throughTheCoordinator(StandingCluster cluster) throws IOException {
        assertMatches(cluster.api(), "cluster", "cluster", folder);
    }

    /** A client cannot tell a cluster from a node, but for what the contract says. */
    @Test
    void whatOneNodeAnsweredThroughTheCoordinator(StandingCluster cluster) throws IOException {
        assertMatches(cluster.api(), "single", "single-through-coordinator", folder);
    }

    /**
     * @param choices names the list of our own choices
     * @param folder  an empty folder that the server can write to
     */
    public static void assertMatches(Api api, String recordingName, String choices, Path folder) throws IOException {
        Recording recording = new Recording(choices, Recording.read(recordingName).exchanges());
        Replay.Report report = new Replay(api, NotYet.read(recordingName), OwnChoices.read(choices), folder.toString()).run(recording);
        System.out.println(report.summary());
        assertThat(report.problems()).as(report.summary()).isEmpty();
    }
}
