package io.lynse.engine.index.hnsw;

import io.lynse.model.IndexMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The HNSW index that a collection wants. Names and defaults of the parameters are the wire contract's (7.5), but for the beam.
 *
 * @param beam candidates that a search keeps at least; the client's k and nprobe may ask for more
 */
public record HnswIndex(GraphSpec graph, int beam) {

    static final int M = 16;
    static final int EF_CONSTRUCTION = 128;

    /** recall@10 on 61,436 x 384 real embeddings: 32 0.951, 50 (the original's default) 0.971, 64 0.979, 100 0.986. */
    static final int BEAM = 64;

    private static final Pattern NUMBER = Pattern.compile("\"(\\w+)\"\\s*:\\s*(\\d{1,9})");

    /**
     * The index that a mode means; null when it is none, or one that this engine answers exactly.
     *
     * @param parametersJson one flat object of numbers, checked by whoever accepted it; empty: defaults. What is out of Lucene's
     *                       bounds here is brought into them, so that no log entry can stop the node that applies it
     */
    public static @Nullable HnswIndex of(@Nullable IndexMode mode, String parametersJson) {
        if (mode == null || !mode.walksGraph()) return null;
        int m = M;
        int efConstruction = EF_CONSTRUCTION;
        int beam = BEAM;
        Matcher number = NUMBER.matcher(parametersJson);
        while (number.find()) {
            int value = Integer.parseInt(number.group(2));
            switch (number.group(1)) {
                case "m" -> m = Math.clamp(value, 1, GraphSpec.M_MAX);
                case "ef_construction" -> efConstruction = Math.clamp(value, 1, GraphSpec.EF_CONSTRUCTION_MAX);
                case "ef_search" -> beam = Math.max(1, value);
                default -> {} // max_level: Lucene draws levels without a bound
            }
        }
        return new HnswIndex(new GraphSpec(mode.metric(), m, efConstruction), beam);
    }
}
