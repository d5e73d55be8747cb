package io.lynse.engine.index.hnsw;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The merges of one collection, as Lucene schedules them: tiered as long as everything is flat; under a wanted graph what
 * {@link GraphPlan} says, and tiered among the flat segments beside it. Safe for several threads.
 *
 * <p>A merge that cannot write (the disk is full, say) is given up, and none is begun for a minute.
 */
public final class GraphMerges {

    private static final Logger log = LoggerFactory.getLogger(GraphMerges.class);

    /** Flat merges that may queue before folds wait for them. The second thread is for flat merges while a graph is built. */
    private static final int MERGES_MAX = 6;

    private static final int THREADS_MAX = 2;

    /** After a merge that could not write. */
    public static final Duration PAUSE = Duration.ofMinutes(1);

    /** What follows on a merge. Called on its thread, which must not wait for anything. */
    public interface Owner {

        /** Whatever came of it. */
        void ended();

        /** It could not write: {@link #ended} comes too. When the {@link #PAUSE} is over, somebody should have the writer look for merges. */
        void failed();
    }

    private record Failure(IndexState.Problem problem, long atNanos) {}

    private final GraphBuilds builds;
    private final GraphTally tally;
    private final Owner owner;
    private final LongSupplier clock;
    private final Policy policy = new Policy();
    private volatile @Nullable GraphSpec wanted;
    private volatile @Nullable Failure failure;
    private volatile @Nullable GraphMerge proposed;

    /** @param tally counts the builds of this collection */
    public GraphMerges(GraphBuilds builds, GraphTally tally, Owner owner) {
        this(builds, tally, owner, System::nanoTime);
    }

    GraphMerges(GraphBuilds builds, GraphTally tally, Owner owner, LongSupplier clock) {
        this.builds = builds;
        this.tally = tally;
        this.owner = owner;
        this.clock = clock;
    }

    /** Has a writer merge by these rules. */
    public void configure(IndexWriterConfig config) {
        var scheduler = new Scheduler();
        scheduler.setMaxMergesAndThreads(MERGES_MAX, THREADS_MAX);
        scheduler.disableAutoIOThrottle();
        config.setMergeScheduler(scheduler);
        config.setMergePolicy(policy);
    }

    /** From now on merges make this graph, or none. One that is being built and wanted no more is given up. */
    public void want(@Nullable GraphSpec spec) {
        failure = null;
        wanted = spec;
        GraphMerge running = proposed;
        if (running != null && !running.spec().equals(spec)) running.setAborted();
    }

    /** What was built since this was opened. */
    public GraphTally.Counts counts() {
        return tally.counts();
    }

    /** How the segments of a reader stand to what is wanted. */
    public IndexState state(DirectoryReader reader) {
        GraphSpec spec = wanted;
        if (spec == null) return IndexState.NONE;
        var segments = new ArrayList<GraphPlan.Segment>();
        for (LeafReaderContext leaf : reader.leaves()) {
            if (leaf.reader() instanceof SegmentReader segment) {
                segments.add(segment(segment.getSegmentInfo(), segment.numDocs(), spec, false));
            }
        }
        long rows = segments.stream().mapToLong(GraphPlan.Segment::live).sum();
        long linked = segments.stream().filter(GraphPlan.Segment::graph).mapToLong(GraphPlan.Segment::live).sum();
        Failure failed = failure;
        IndexState.Problem problem = failed == null ? null : failed.problem;
        GraphPlan plan = GraphPlan.of(segments, spec.m(), builds.heapMax());
        if (problem == null && plan instanceof GraphPlan.TooLarge large) problem = tooLarge(large);
        IndexState.Phase phase = linked > 0 || plan instanceof GraphPlan.Settled
                ? IndexState.Phase.READY
                : problem != null ? IndexState.Phase.FAILED : IndexState.Phase.BUILDING;
        return new IndexState(phase, rows, linked, problem);
    }

    /** What failed before the pause is forgotten when it is over: the next attempt shows whether it fails still. */
    private boolean isPaused() {
        Failure failed = failure;
        if (failed == null) return false;
        if (clock.getAsLong() - failed.atNanos < PAUSE.toNanos()) return true;
        failure = null;
        return false;
    }

    private IndexState.Problem tooLarge(GraphPlan.TooLarge large) {
        return new IndexState.Problem(IndexState.Cause.HEAP, "a graph of " + large.rows() + " rows needs about " + (large.heapBytes() >> 20) + " MiB of heap while it is built, and "
                + (builds.heapMax() >> 20) + " MiB are allowed; start the node with a larger heap (-Xmx)");
    }

    private static GraphPlan.Segment segment(SegmentCommitInfo info, int live, GraphSpec spec, boolean merging) {
        return new GraphPlan.Segment(info.info.name, info.info.maxDoc(), live, spec.equals(GraphSpec.of(info.info)), merging);
    }

    private final class Policy extends FilterMergePolicy {

        Policy() {
            super(tiered());
        }

        private static MergePolicy tiered() {
            var tiered = new TieredMergePolicy();
            tiered.setNoCFSRatio(0);
            return tiered;
        }

        @Override
        public @Nullable MergeSpecification findMerges(MergeTrigger trigger, SegmentInfos infos, MergeContext context) throws IOException {
            if (isPaused()) return null;
            GraphSpec spec = wanted;
            if (spec == null) return super.findMerges(trigger, infos, context);
            Set<SegmentCommitInfo> merging = context.getMergingSegments();
            GraphMerge last = proposed;
            boolean building = last != null && !last.finished() && last.segments.stream().anyMatch(merging::contains);
            if (building) return flat(trigger, infos, context, spec);
            var segments = new ArrayList<GraphPlan.Segment>();
            for (SegmentCommitInfo info : infos) {
                int live = info.info.maxDoc() - context.numDeletedDocs(info);
                segments.add(segment(info, live, spec, merging.contains(info)));
            }
            return switch (GraphPlan.of(segments, spec.m(), builds.heapMax())) {
                case GraphPlan.Merge(List<String> names, _) -> graph(infos, names, spec);
                case GraphPlan.Wait() -> null;
                case GraphPlan.Settled(), GraphPlan.TooLarge _ -> flat(trigger, infos, context, spec);
            };
        }

        private MergeSpecification graph(SegmentInfos infos, List<String> names, GraphSpec spec) {
            var merge = new GraphMerge(infos.asList().stream().filter(info -> names.contains(info.info.name)).toList(), spec);
            proposed = merge;
            var specification = new MergeSpecification();
            specification.add(merge);
            return specification;
        }

        /** Tiered among what has no graph, one at a time: so they never queue up behind a build and hold up the folds. */
        private @Nullable MergeSpecification flat(MergeTrigger trigger, SegmentInfos infos, MergeContext context, GraphSpec spec)
                throws IOException {
            var rest = new SegmentInfos(infos.getIndexCreatedVersionMajor());
            for (SegmentCommitInfo info : infos) {
                boolean flat = !spec.equals(GraphSpec.of(info.info));
                if (flat && context.getMergingSegments().contains(info) && !isBuilding(info)) return null;
                if (flat) rest.add(info);
            }
            MergeSpecification found = super.findMerges(trigger, rest, context);
            if (found == null || found.merges.size() < 2) return found;
            var first = new MergeSpecification();
            first.add(found.merges.getFirst());
            return first;
        }

        private boolean isBuilding(SegmentCommitInfo info) {
            GraphMerge last = proposed;
            return last != null && last.segments.contains(info);
        }
    }

    private final class Scheduler extends ConcurrentMergeScheduler {

        @Override
        protected void doMerge(MergeSource source, MergePolicy.OneMerge merge) throws IOException {
            boolean done = false;
            try {
                super.doMerge(source, merge);
                done = true; // or wanted no more
            } finally {
                if (!done) count(merge);
                owner.ended();
            }
        }

        private void count(MergePolicy.OneMerge failed) {
            if (failed instanceof GraphMerge graph && graph.fail()) builds.failed(tally);
        }

        @Override
        public Directory wrapForMerge(MergePolicy.OneMerge merge, Directory directory) {
            return new MergeDirectory(super.wrapForMerge(merge, directory), failed -> giveUp(merge, failed));
        }

        private MergePolicy.MergeAbortedException giveUp(MergePolicy.OneMerge merge, IOException failed) {
            if (failure == null) log.atWarn().addKeyValue("rows", merge.totalNumDocs()).setCause(failed).log("merge given up, it cannot write");
            failure = new Failure(new IndexState.Problem(IndexState.Cause.DISK, "a merge could not be written: " + failed.getMessage()), clock.getAsLong());
            count(merge);
            owner.failed();
            return new MergePolicy.MergeAbortedException("cannot write: " + failed.getMessage());
        }

        /** By default this would end up on the console. The writer is closed by now, and the collection will say so. */
        @Override
        protected void handleMergeException(Throwable failed) {
            log.atError().setCause(failed).log("merge failed");
        }
    }
}
