package io.lynse.shard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.shard.bench.StageCpu.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageCpuTest {

    @Test
    void whatNoStageAccountsForIsTheRestOfTheProcess() {
        var before = new StageCpu(Map.of(Stage.LOG, 10L, Stage.BENCHMARK, 1L), 100);
        var after = new StageCpu(Map.of(Stage.LOG, 30L, Stage.MERGE, 5L, Stage.BENCHMARK, 3L), 140);

        StageCpu spent = after.since(before);
        assertThat(spent.of(Stage.LOG)).isEqualTo(20);
        assertThat(spent.of(Stage.MERGE)).isEqualTo(5);
        assertThat(spent.of(Stage.FOLD)).isZero();
        assertThat(spent.otherNanos()).isEqualTo(40 - 20 - 5 - 2);
        assertThat(spent.productNanos()).isEqualTo(40 - 2);
    }

    // The kernel cuts names to 15 characters.
    @ParameterizedTest
    @CsvSource({
        "lynse-log, LOG", "lynse-apply, APPLY", "lynse-fold-3, FOLD",
        "Lucene Merge Th, MERGE", "lynse-index, MERGED", "C2 CompilerThre, COMPILER", "C1 CompilerThre, COMPILER",
        "G1 Conc#0, COLLECTOR", "GC Thread#1, COLLECTOR"
    })
    void aStageIsTheWorkOfTheThreadsOfItsName(String thread, Stage stage) {
        for (Stage other : Stage.values()) assertThat(other.isNamed(thread)).isEqualTo(other == stage);
    }
}
