package io.lynse.shard.bench;

import java.util.EnumMap;
import java.util.Map;

/** CPU nanoseconds by what they went into. */
record StageCpu(Map<Stage, Long> nanos, long processNanos) {

    /** A stage is the work of the threads that have its name. */
    enum Stage {
        LOG("lynse-log"),
        APPLY("lynse-apply"),
        FOLD("lynse-fold"),
        MERGE("Lucene Merge"),
        /** Shows what a merge has made. */
        MERGED("lynse-index"),
        COMPILER("C1 Compiler", "C2 Compiler"),
        COLLECTOR("G1 ", "GC Thread", "VM Thread"),
        BENCHMARK(ThreadCpu.SAMPLER);

        private final String[] threads;

        Stage(String... threads) {
            this.threads = threads;
        }

        boolean isNamed(String thread) {
            for (String own : threads) {
                if (thread.startsWith(own)) return true;
            }
            return false;
        }
    }

    StageCpu {
        nanos = Map.copyOf(nanos);
    }

    long of(Stage stage) {
        return nanos.getOrDefault(stage, 0L);
    }

    /** What was spent since an earlier reading. */
    StageCpu since(StageCpu before) {
        var spent = new EnumMap<Stage, Long>(Stage.class);
        for (Stage stage : Stage.values()) spent.put(stage, of(stage) - before.of(stage));
        return new StageCpu(spent, processNanos - before.processNanos);
    }

    /** Of the process without the benchmark's own bookkeeping. */
    long productNanos() {
        return processNanos - of(Stage.BENCHMARK);
    }

    /** What no stage accounts for. */
    long otherNanos() {
        return processNanos - nanos.values().stream().mapToLong(Long::longValue).sum();
    }
}
