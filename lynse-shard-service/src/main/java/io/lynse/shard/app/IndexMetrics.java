package io.lynse.shard.app;

import io.lynse.engine.Engine;
import io.lynse.engine.index.hnsw.GraphTally;
import io.lynse.engine.index.hnsw.IndexFigures;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The indexes of a node at {@code /metrics}, per collection. Made anew at every scrape, because collections come and go; so it is given
 * to Prometheus' registry, where Micrometer's meters stay until somebody takes them out. A collection that wants no index has its state alone.
 */
final class IndexMetrics implements MultiCollector {

    private final Engine engine;

    IndexMetrics(Engine engine) {
        this.engine = engine;
    }

    @Override
    public MetricSnapshots collect() {
        if (engine.quarantine() != null) return MetricSnapshots.of();
        Map<CollectionName, IndexFigures> all = figures();
        return MetricSnapshots.of(
                states(all),
                gauge("lynse_index_build_progress", "part of the running build of a graph that is done, 0 to 1; 0: none runs", all, figures -> figures.builds().progress()),
                gauge("lynse_index_linked_rows", "rows in graphs", all, figures -> figures.state().linked()),
                gauge("lynse_index_unlinked_rows", "live rows that are in no graph yet, so searches scan them", all, IndexFigures::unlinked),
                problems(all),
                counter("lynse_index_builds", "builds of graphs that were completed, since the node started", all, GraphTally.Counts::completed),
                counter("lynse_index_build_failures", "builds of graphs that failed, since the node started", all, GraphTally.Counts::failed),
                counter("lynse_index_build_seconds", "time of builds of graphs, since the node started", all, builds -> builds.spent().toNanos() / 1e9),
                GaugeSnapshot.builder().name("lynse_index_build_heap_max_bytes").help("heap that the build of one graph may take; larger ones are not begun")
                        .dataPoint(point(engine.indexHeapMax(), Labels.EMPTY)).build());
    }

    private Map<CollectionName, IndexFigures> figures() {
        var all = new LinkedHashMap<CollectionName, IndexFigures>();
        for (CollectionInfo info : engine.catalog().collections()) {
            try {
                all.put(info.name(), engine.indexFigures(info.id()));
            } catch (LynseException unavailable) {
                // Dropped since, or a collection whose files are damaged: the others are still shown.
            }
        }
        return all;
    }

    private static GaugeSnapshot states(Map<CollectionName, IndexFigures> all) {
        var out = GaugeSnapshot.builder().name("lynse_index_state")
                .help("1 for how searches are answered; none: no graph is wanted, building: exactly until it is there, failed: exactly, none will come");
        all.forEach((name, figures) -> {
            for (IndexState.Phase phase : IndexState.Phase.values()) {
                out.dataPoint(point(figures.state().phase() == phase ? 1 : 0, labels(name).add("state", phase.text())));
            }
        });
        return out.build();
    }

    private static GaugeSnapshot problems(Map<CollectionName, IndexFigures> all) {
        var out = GaugeSnapshot.builder().name("lynse_index_problem")
                .help("1 for what keeps an index from growing; heap: the graph would not fit while it is built, disk: a merge could not be written");
        all.forEach((name, figures) -> {
            IndexState.Problem problem = figures.state().problem();
            if (problem != null) out.dataPoint(point(1, labels(name).add("cause", problem.cause().text())));
        });
        return out.build();
    }

    private static GaugeSnapshot gauge(String name, String help, Map<CollectionName, IndexFigures> all, ToDoubleFunction<IndexFigures> value) {
        var out = GaugeSnapshot.builder().name(name).help(help);
        all.forEach((collection, figures) -> {
            if (isWanted(figures)) out.dataPoint(point(value.applyAsDouble(figures), labels(collection)));
        });
        return out.build();
    }

    private static CounterSnapshot counter(String name, String help, Map<CollectionName, IndexFigures> all, ToDoubleFunction<GraphTally.Counts> value) {
        var out = CounterSnapshot.builder().name(name).help(help);
        all.forEach((collection, figures) -> {
            if (isWanted(figures)) {
                out.dataPoint(CounterDataPointSnapshot.builder().value(value.applyAsDouble(figures.builds())).labels(labels(collection)).build());
            }
        });
        return out.build();
    }

    private static boolean isWanted(IndexFigures figures) {
        return figures.state().phase() != IndexState.Phase.NONE;
    }

    private static GaugeDataPointSnapshot point(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static Labels labels(CollectionName name) {
        return Labels.of("database", name.database(), "collection", name.collection());
    }
}
