package io.lynse.engine.search;

import io.lynse.engine.index.kernels.FlatScanner;
import io.lynse.engine.index.kernels.KernelWarmUp;
import io.lynse.engine.index.kernels.SegmentVectors;
import io.lynse.engine.recent.RecentView;
import io.lynse.engine.recent.SegmentView;
import io.lynse.engine.recent.View;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.LeafReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one-byte copies of this node's segments: a cache that a search may do without. The first search that would use a copy asks
 * for it and answers from the vectors themselves; one thread makes the copies behind its back.
 *
 * <p>A copy belongs to a Lucene <em>core</em>, which is what all views of a segment have in common, whatever was deleted between
 * them. It is freed when Lucene closes the core, so never under a search, which retains its view, nor under the thread that makes
 * it, which retains the segment. Safe for several threads.
 */
public final class SegmentCopies implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SegmentCopies.class);

    /** Segments that may wait; of those turned away the next search asks again. */
    private static final int QUEUE_MAX = 1_024;

    /**
     * From here on a copy pays once the kernels are compiled for others. A stream of single writes leaves its rows in segments of this size
     * for long, and each would take four times as long to scan.
     */
    private static final int WARM_ROWS_MIN = 1_024;

    /** What became of a segment: asked for while there are no vectors, unless making them failed, which is not tried again. */
    private static final class Copy {
        volatile @Nullable SegmentVectors ready;
        volatile boolean failed;
    }

    private final CopySettings settings;
    private final boolean usable;
    private final Map<Object, Copy> byCore = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final ThreadPoolExecutor maker;
    private boolean warm; // used by the one thread only
    private volatile boolean warmingUp;
    private volatile boolean closing;
    private volatile boolean made; // any copy, ever

    public SegmentCopies(CopySettings settings) {
        this.settings = settings;
        usable = settings.bytesMax() > 0 && FlatScanner.isAvailable();
        maker = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX),
                Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY).name("lynse-copies").factory());
    }

    /**
     * The segment's vectors with their copy, for as long as the caller retains the view. Does not block.
     * @return null: there is none (yet)
     */
    @Nullable SegmentVectors find(SegmentView segment) {
        MemorySegment mapped = segment.vectors().memory();
        CacheHelper core = segment.reader().getCoreCacheHelper();
        int rowsMin = made ? Math.min(settings.rowsMin(), WARM_ROWS_MIN) : settings.rowsMin();
        if (!usable || segment.size() < rowsMin || mapped == null || core == null) return null;
        Copy known = byCore.get(core.getKey());
        if (known == null) ask(segment.reader(), core, new SegmentVectors(mapped, segment.elements(), segment.size(), segment.dimension()));
        return known == null ? null : known.ready;
    }

    /** What one exact search reads; asks for the copies as one would. */
    public ScanCost cost(View view) {
        long read = 0;
        for (SegmentView segment : view.segments()) {
            SegmentVectors copied = find(segment);
            read += copied != null ? copied.copyBytes() : (long) segment.size() * segment.dimension() * segment.elements().bytes();
        }
        for (RecentView recent : view.recent()) read += (long) recent.size() * view.dimension() * recent.elements().bytes();
        return new ScanCost(read, pending());
    }

    /** Of all copies, made and being made. */
    public long bytes() {
        return bytes.get();
    }

    /** Segments whose copy was asked for and is not decided yet. */
    public long pending() {
        return byCore.values().stream().filter(copy -> copy.ready == null && !copy.failed).count();
    }

    /** Makes no more copies, and waits until the one that is being made is given up. Those that there are live as long as their segments. */
    @Override
    public void close() {
        closing = true;
        maker.shutdownNow();
        boolean interrupted = false;
        while (!maker.isTerminated()) {
            try {
                maker.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** Has the kernels compiled, so that the first copy need not wait for it. Does not block. */
    public void warmUpSoon() {
        if (!usable) return;
        try {
            warmingUp = true;
            maker.execute(() -> {
                warmUp();
                warmingUp = false;
            });
        } catch (RejectedExecutionException fullOrClosed) {
            warmingUp = false; // then the first copy does it, if there still is one
        }
    }

    public boolean isWarmingUp() {
        return warmingUp && !closing;
    }

    private void ask(LeafReader reader, CacheHelper core, SegmentVectors vectors) {
        if (bytes.get() + vectors.copyBytes() > settings.bytesMax()) return;
        var asked = new Copy();
        if (byCore.putIfAbsent(core.getKey(), asked) != null) return;
        try {
            maker.execute(() -> make(reader, core, vectors, asked));
        } catch (RejectedExecutionException fullOrClosed) {
            byCore.remove(core.getKey());
        }
    }

    private void make(LeafReader reader, CacheHelper core, SegmentVectors vectors, Copy copy) {
        if (!reader.tryIncRef()) {
            // This view of the segment is gone. If a later one is there, its search asks again.
            byCore.remove(core.getKey());
            return;
        }
        try (AutoCloseable _ = reader::decRef) {
            if (!reserve(vectors.copyBytes())) {
                byCore.remove(core.getKey());
                return;
            }
            fill(core, vectors, copy);
        } catch (Exception failure) {
            log.atWarn().addKeyValue("segment", reader).setCause(failure).log("segment not released");
        }
    }

    private void fill(CacheHelper core, SegmentVectors vectors, Copy copy) {
        try {
            warmUp();
            vectors.prepare(() -> closing);
            core.addClosedListener(key -> {
                byCore.remove(key);
                free(vectors);
            });
            copy.ready = vectors;
            made = true;
        } catch (CancellationException closed) {
            free(vectors);
        } catch (RuntimeException | Error failure) {
            copy.failed = true;
            free(vectors);
            core.addClosedListener(byCore::remove);
            log.atWarn().addKeyValue("rows", vectors.rows()).setCause(failure).log("no copy for a segment, its searches are slower");
        }
    }

    private void free(SegmentVectors vectors) {
        vectors.close();
        bytes.addAndGet(-vectors.copyBytes());
    }

    private boolean reserve(long wanted) {
        if (bytes.addAndGet(wanted) <= settings.bytesMax()) return true;
        bytes.addAndGet(-wanted);
        return false;
    }

    /** Before the first copy can be used: until they are compiled, these kernels are slower than the scan that they replace. */
    private void warmUp() {
        if (warm || settings.warmUp().isZero()) return;
        warm = true;
        KernelWarmUp.Outcome outcome = KernelWarmUp.run(settings.warmUp(), () -> closing);
        log.atInfo().addKeyValue("rounds", outcome.rounds()).addKeyValue("spent", outcome.spent()).addKeyValue("settled", outcome.settled())
                .log("kernels warmed up");
    }
}
