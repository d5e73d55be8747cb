package io.lynse.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import io.lynse.model.Ids;
import io.lynse.model.IndexParameter;
import io.lynse.model.IndexParameters;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An index over all groups: wanted at once, built in the background. */
class ClusterIndexesIT extends DocsOverTwoGroups {

    @Test
    void anApproximateIndexNeedsARowSomewhereAndReachesEmptyGroupsToo() {
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, soon()))
                .isInstanceOf(LynseException.class).hasMessage("Empty database");
        add(Ids.of(1), vectors(1));
        cluster.databases.setIndex(DOCS, HNSW, new IndexParameters(Map.of(IndexParameter.M, 16)), soon());
        assertThat(cluster.databases.describe(DOCS).indexMode()).isEqualTo(HNSW);
        cluster.databases.setIndex(DOCS, null, IndexParameters.NONE, soon());
        assertThat(cluster.databases.describe(DOCS).indexMode()).isNull();
    }

    @Test
    void anIndexIsBuiltWhenEveryPrimaryHasBuiltIt() throws Exception {
        add(Ids.range(0, 20), vectors(20));
        cluster.b.index(true, false, "building");
        var asked = CompletableFuture.runAsync(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, soon()));
        await().until(() -> cluster.b.indexQuestions() > 1);
        assertThat(asked).isNotDone();
        cluster.b.index(false, false, "ready");
        asked.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anIndexThatIsNotBuiltByTheDeadlineIsRecordedAndSaysThatTheBuildGoesOn() {
        add(Ids.range(0, 20), vectors(20));
        cluster.b.index(true, false, "building, 20 rows are scanned until it is done");
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, Deadline.after(Duration.ofMillis(1500))))
                .hasMessageContaining("the build goes on").hasMessageContaining("building, 20 rows")
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.OutcomeUnknown.class);
        assertThat(cluster.databases.describe(DOCS).indexMode()).isEqualTo(HNSW);
    }

    @Test
    void anIndexThatAPrimaryCannotBuildIsAConflictThatNamesTheReason() {
        add(Ids.range(0, 20), vectors(20));
        cluster.a.index(false, true, "exact: the heap is too small");
        assertThatThrownBy(() -> cluster.databases.setIndex(DOCS, HNSW, IndexParameters.NONE, soon()))
                .hasMessageContaining("the heap is too small")
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Conflict.class);
    }
}
