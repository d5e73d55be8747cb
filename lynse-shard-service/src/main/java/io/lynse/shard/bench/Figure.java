package io.lynse.shard.bench;

import java.util.Locale;

/** Everything the engine's benchmark measures, in the order it is shown. The keys are stable: later runs are compared with earlier ones by them. */
enum Figure {
    ROWS(Section.SETTING, "rows", 0),
    DIMENSION(Section.SETTING, "components per vector", 0),
    ELEMENT_BYTES(Section.SETTING, "bytes per stored component", 0),
    CORES(Section.SETTING, "cores", 0),
    ROUNDS(Section.SETTING, "rounds", 0),

    WARM_UP_S(Section.INGEST, "seconds of the warm-up before, with --warm-up", 1),
    WARM_UP_CPU_S(Section.INGEST, "CPU-seconds of the warm-up before, with --warm-up", 1),
    INGEST_ROWS_PER_S(Section.INGEST, "rows per second, to the last acknowledgement", 0),
    INGEST_ROWS_PER_CPU_S(Section.INGEST, "rows per CPU-second of the process, folds, checkpoint and merges included", 0),
    INGEST_BEST_ROWS_PER_CPU_S(Section.INGEST, "rows per CPU-second in the best round", 0),
    INGEST_COLD_ROWS_PER_S(Section.INGEST, "rows per second when the JVM is cold", 0),
    INGEST_COLD_ROWS_PER_CPU_S(Section.INGEST, "rows per CPU-second when the JVM is cold", 0),

    CPU_US_PER_ROW_SUBMIT(Section.CPU, "decode and check, on the thread that submits", 2),
    CPU_US_PER_ROW_LOG(Section.CPU, "write and force the log", 2),
    CPU_US_PER_ROW_APPLY(Section.CPU, "apply to the recent rows, and show them", 2),
    CPU_US_PER_ROW_FOLD(Section.CPU, "fold into Lucene, and reopen it", 2),
    CPU_US_PER_ROW_CHECKPOINT(Section.CPU, "checkpoint at the end", 2),
    CPU_US_PER_ROW_MERGE(Section.CPU, "merge segments", 2),
    CPU_US_PER_ROW_COMPILER(Section.CPU, "JIT compiler", 2),
    CPU_US_PER_ROW_COLLECTOR(Section.CPU, "garbage collector", 2),
    CPU_US_PER_ROW_OTHER(Section.CPU, "all other threads, and those that ended unseen", 2),
    CPU_US_PER_ROW_TOTAL(Section.CPU, "the process", 2),

    MEMORY_READ_GB_S(Section.FLAT, "GB/s of a plain read of 256 MiB of memory, one thread", 1),
    MEMORY_READ_ALL_GB_S(Section.FLAT, "GB/s of the same, all cores", 1),
    CACHED_READ_GB_S(Section.FLAT, "GB/s of a plain read of as many bytes as a search reads, again and again, one thread", 1),
    FLAT_SCAN_MB(Section.FLAT, "MB that one exact search reads", 1),
    FLAT_READ_GB_S(Section.FLAT, "GB/s of exact searches one after the other", 1),
    FLAT_READ_SHARE(Section.FLAT, "of the rate of the plain read of memory", 2),
    FLAT_COLD_READ_GB_S(Section.FLAT, "GB/s of an exact search that finds nothing in the caches", 1),
    FLAT_COLD_READ_SHARE(Section.FLAT, "of the rate of the plain read of memory just before", 2),
    FLAT_P50_MS(Section.FLAT, "ms, one at a time, median", 3),
    FLAT_P99_MS(Section.FLAT, "ms, one at a time, 99th percentile", 3),
    FLAT_QPS(Section.FLAT, "queries per second, one at a time", 0),
    FLAT_ALL_QPS(Section.FLAT, "queries per second, as many clients as cores", 0),
    FLAT_BATCH_QPS(Section.FLAT, "queries per second in batches of 32", 0),
    FLAT_RECALL_AT_10(Section.FLAT, "recall@10", 4),
    LUCENE_FLAT_P50_MS(Section.FLAT, "ms, Lucene's stock exact search, median", 3),
    LUCENE_FLAT_QPS(Section.FLAT, "queries per second, Lucene's stock exact search", 0),
    FLAT_SPEEDUP(Section.FLAT, "times the queries of Lucene's stock exact search", 1),
    FLAT_COPY_READY_S(Section.FLAT, "seconds from the first search until the one-byte copies are ready", 2),

    HNSW_BUILD_S(Section.HNSW, "seconds to build", 1),
    HNSW_BUILD_CPU_S(Section.HNSW, "CPU-seconds to build", 1),
    HNSW_RECALL_AT_10(Section.HNSW, "recall@10 at default settings", 4),
    HNSW_P50_MS(Section.HNSW, "ms, one at a time, median", 3),
    HNSW_P99_MS(Section.HNSW, "ms, one at a time, 99th percentile", 3),
    HNSW_QPS(Section.HNSW, "queries per second, one at a time", 0),
    HNSW_ALL_QPS(Section.HNSW, "queries per second, as many clients as cores", 0),

    WRITE_P50_MS(Section.CHANGES, "ms until one row is acknowledged, idle, median", 3),
    WRITE_P99_MS(Section.CHANGES, "ms until one row is acknowledged, idle, 99th percentile", 3),
    UPSERT_ROWS_PER_S(Section.CHANGES, "upserts of stored rows per second", 0),
    UPSERT_ROWS_PER_CPU_S(Section.CHANGES, "upserts of stored rows per CPU-second", 0),
    DELETE_ROWS_PER_S(Section.CHANGES, "deletes per second", 0),
    DELETE_ROWS_PER_CPU_S(Section.CHANGES, "deletes per CPU-second", 0),

    OPEN_MS(Section.SPACE, "ms to open the directory again after a clean close", 0),
    REPLAY_MS(Section.SPACE, "ms to open the directory as it was before any checkpoint: the log with all rows is replayed", 0),
    DISK_BYTES_PER_ROW(Section.SPACE, "bytes of index files per row", 0),
    LOG_MB(Section.SPACE, "MB of log files after the checkpoint", 0),
    HEAP_MB(Section.SPACE, "MB of heap in use after a collection", 0),
    OFF_HEAP_COPIES_MB(Section.SPACE, "MB of one-byte copies outside the heap", 0),
    OFF_HEAP_BUFFERS_MB(Section.SPACE, "MB of direct buffers, the benchmark's own rows included", 0),
    RSS_MB(Section.SPACE, "MB resident, mapped files included", 0),
    ;

    enum Section {
        SETTING("setting"),
        INGEST("ingest, batches of 1,000, log forced"),
        CPU("CPU microseconds per ingested row, warm"),
        FLAT("exact search, k = 10"),
        HNSW("HNSW, k = 10"),
        CHANGES("writes"),
        SPACE("opening, memory, disk");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private final Section section;
    private final String meaning;
    private final int decimals;

    Figure(Section section, String meaning, int decimals) {
        this.section = section;
        this.meaning = meaning;
        this.decimals = decimals;
    }

    Section section() {
        return section;
    }

    /** Unit first. */
    String meaning() {
        return meaning;
    }

    int decimals() {
        return decimals;
    }

    /** Its name in the JSON object. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
