package io.lynse.engine.index.kernels;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import jdk.incubator.vector.LongVector;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.MMapDirectory;

/**
 * Scans of a real data set beside Lucene's stock exact search and a plain memory read. Every variant runs once per round, in turn,
 * so that a neighbour's load hits all alike; medians over the rounds, of wall time and of the calling thread's CPU time.
 * Arguments: the folder with base.f16 and queries.f16, dimension, times the data is repeated, rounds.
 */
final class FlatScanBench {

    private static final int K = 10;

    private final int dimension;
    private final List<float[]> queries;
    private final Map<String, Variant> variants = new LinkedHashMap<>();
    private long sink;

    private record Variant(int queries, double bytes, Body body, List<Double> wallMillis, List<Double> cpuMillis) {}

    @FunctionalInterface
    private interface Body {
        void run() throws IOException;
    }

    private FlatScanBench(int dimension, List<float[]> queries) {
        this.dimension = dimension;
        this.queries = queries;
    }

    public static void main(String[] args) throws IOException {
        Path data = Path.of(args[0]);
        int dimension = Integer.parseInt(args[1]);
        int copies = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        Path folder = Files.createTempDirectory("flat-scan");
        try (var directory = new MMapDirectory(folder)) {
            write(directory, read(data.resolve("base.f16"), dimension), copies);
            try (var reader = DirectoryReader.open(directory)) {
                LeafReader leaf = reader.leaves().getFirst().reader();
                new FlatScanBench(dimension, read(data.resolve("queries.f16"), dimension)).run(leaf, rounds);
            }
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private void run(LeafReader leaf, int rounds) throws IOException {
        SegmentVectors vectors = SegmentVectors.of(leaf.getFloatVectorValues("v")).orElseThrow();
        long began = System.nanoTime();
        vectors.prepare(() -> false);
        System.out.printf("%d x %d, copy built cold in %.1f ms%n", vectors.rows(), dimension, (System.nanoTime() - began) / 1e6);
        MemorySegment codes = vectors.copy().memory();
        MemorySegment large = Arena.global().allocate(256L << 20, 64).fill((byte) 1);
        var serial = FlatScanner.onOneThread();
        var pool = Executors.newFixedThreadPool(1);
        var parallel = new FlatScanner(pool, 2);

        var next = new int[1];
        add("read 256 MB", 1, large.byteSize(), () -> sink += read(large));
        add("read copy", 1, codes.byteSize(), () -> sink += read(codes));
        add("Lucene stock FLAT", 1, 4.0 * vectors.rows() * dimension, () -> {
            var collector = new TopKnnCollector(K, Integer.MAX_VALUE);
            leaf.searchNearestVectors("v", query(next[0]++), collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
            sink += collector.topDocs().scoreDocs[0].doc;
        });
        addBlocks(vectors, 1, next);
        addBlocks(vectors, 32, next);
        for (Metric metric : List.of(Metric.IP, Metric.L2, Metric.COSINE)) {
            add("scan " + metric, 1, codes.byteSize(), () -> sink += serial.search(vectors, query(next[0]++), new ScanOptions(metric, K)).size());
        }
        add("scan IP k=100", 1, codes.byteSize(), () -> sink += serial.search(vectors, query(next[0]++), new ScanOptions(Metric.IP, 100)).size());
        add("scan IP 2 threads", 1, codes.byteSize(), () -> sink += parallel.search(vectors, query(next[0]++), new ScanOptions(Metric.IP, K)).size());
        for (int batch : new int[] {2, 4, 8, 32}) {
            add("batch of " + batch, batch, codes.byteSize(), () -> sink += serial.searchAll(vectors, batch(next, batch), new ScanOptions(Metric.IP, K)).size());
        }
        add("batch of 32, 2 threads", 32, codes.byteSize(), () -> sink += parallel.searchAll(vectors, batch(next, 32), new ScanOptions(Metric.IP, K)).size());
        add("build copy", 1, codes.byteSize(), () -> Int8Copy.of(vectors, () -> false).close());

        for (int i = 0; i < 15; i++) for (Variant variant : variants.values()) variant.body.run();
        var threads = ManagementFactory.getThreadMXBean();
        for (int round = 0; round < rounds; round++) {
            for (Variant variant : variants.values()) {
                long cpu = threads.getCurrentThreadCpuTime();
                long wall = System.nanoTime();
                variant.body.run();
                variant.wallMillis.add((System.nanoTime() - wall) / 1e6);
                variant.cpuMillis.add((threads.getCurrentThreadCpuTime() - cpu) / 1e6);
            }
        }
        variants.forEach(FlatScanBench::print);
        countRescored(vectors);
        System.out.println("(" + sink + ")");
        pool.shutdown();
        vectors.close();
    }

    /** The scan of a segment without a copy, in float32 and in float16, from memory outside the heap. */
    private void addBlocks(SegmentVectors vectors, int batch, int[] next) {
        for (ElementType elements : ElementType.values()) {
            long rowBytes = (long) dimension * elements.bytes();
            MemorySegment rows = Arena.global().allocate(vectors.rows() * rowBytes, 64);
            var row = new float[dimension];
            for (int r = 0; r < vectors.rows(); r++) {
                vectors.copyRow(r, row);
                StoredElements.write(elements, row, dimension, rows, r * rowBytes);
            }
            ScanKernel kernel = ScanKernels.SIMD.over(elements);
            int block = (96 << 10) / (int) rowBytes & ~3;
            var out = new float[batch][block];
            add(elements.text() + " blocks, batch of " + batch, batch, rows.byteSize(), () -> {
                float[][] queries = batch(next, batch).toArray(float[][]::new);
                for (int r = 0; r < vectors.rows(); r += block) {
                    kernel.innerProducts(rows, r * rowBytes, Math.min(block, vectors.rows() - r), queries, out);
                    sink += (long) out[0][0];
                }
            });
        }
    }

    private void countRescored(SegmentVectors vectors) {
        var counts = new ArrayList<Integer>();
        for (int i = 0; i < 200; i++) {
            var options = new ScanOptions(Metric.IP, K);
            QueryCodes[] one = {QueryCodes.of(query(i), vectors.copy(), Metric.IP)};
            var scan = new GroupScan(vectors.copy(), options, one, new short[0][], new float[][] {query(i)});
            scan.scan(0, vectors.copy().groups());
            Candidates left = scan.candidates(0);
            int within = 0;
            for (int j = 0; j < left.size(); j++) if (left.low(j) <= left.limit()) within++;
            counts.add(within);
        }
        counts.sort(null);
        System.out.printf("rows left by the first pass: median %d, 90 %% %d, most %d%n", counts.get(100), counts.get(180), counts.get(199));
    }

    private static void print(String name, Variant variant) {
        double wall = median(variant.wallMillis);
        double cpu = median(variant.cpuMillis);
        System.out.printf("%-26s wall %8.3f ms  cpu %8.3f ms  %8.1f queries/s (wall) %8.1f (cpu)  %6.1f GB/s (cpu)%n", name, wall, cpu,
                1000 * variant.queries / wall, 1000 * variant.queries / cpu, variant.bytes / cpu / 1e6);
    }

    private void add(String name, int count, double bytes, Body body) {
        variants.put(name, new Variant(count, bytes, body, new ArrayList<>(), new ArrayList<>()));
    }

    private float[] query(int i) {
        return queries.get(i % queries.size());
    }

    private List<float[]> batch(int[] next, int size) {
        var batch = new ArrayList<float[]>();
        for (int i = 0; i < size; i++) batch.add(query(next[0]++));
        return batch;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static long read(MemorySegment memory) {
        var longs = LongVector.SPECIES_PREFERRED;
        int step = longs.vectorByteSize();
        LongVector a = LongVector.zero(longs);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        for (long at = 0; at + 4L * step <= memory.byteSize(); at += 4L * step) {
            a = a.add(LongVector.fromMemorySegment(longs, memory, at, ByteOrder.LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(longs, memory, at + step, ByteOrder.LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(longs, memory, at + 2L * step, ByteOrder.LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(longs, memory, at + 3L * step, ByteOrder.LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(jdk.incubator.vector.VectorOperators.ADD);
    }

    private static List<float[]> read(Path file, int dimension) throws IOException {
        ShortBuffer halves = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        var rows = new ArrayList<float[]>();
        while (halves.hasRemaining()) {
            var row = new float[dimension];
            for (int i = 0; i < dimension; i++) row[i] = Float.float16ToFloat(halves.get());
            rows.add(row);
        }
        return rows;
    }

    private static void write(MMapDirectory directory, List<float[]> rows, int copies) throws IOException {
        var codec = new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return new Lucene99HnswVectorsFormat(16, 100, 1, null, Integer.MAX_VALUE);
            }
        };
        var config = new IndexWriterConfig().setCodec(codec).setUseCompoundFile(false).setRAMBufferSizeMB(1024);
        try (var writer = new IndexWriter(directory, config)) {
            var field = new KnnFloatVectorField("v", rows.getFirst(), VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
            var document = new Document();
            document.add(field);
            for (int i = 0; i < copies; i++) {
                for (float[] row : rows) {
                    // Copies must not be duplicates: ties would be scored in vain.
                    float[] shifted = i == 0 ? row : rotated(row, i);
                    field.setVectorValue(shifted);
                    writer.addDocument(document);
                }
            }
            writer.forceMerge(1);
        }
    }

    private static float[] rotated(float[] row, int by) {
        float[] rotated = Arrays.copyOfRange(row, by, row.length + by);
        System.arraycopy(row, 0, rotated, row.length - by, by);
        return rotated;
    }
}
