package io.lynse.engine.index.kernels;

/** One thread's first pass: groups of rows against all queries, the survivors kept as {@link Candidates}. */
final class GroupScan {

    private final Int8Copy copy;
    private final ScanOptions options;
    private final short[][] codes;
    private final short[][] tiles;
    private final ScoreBound[] bounds;
    private final Candidates[] candidates;
    private final int[] dots;

    /**
     * @param codes one per query
     * @param tiles of four queries each, see {@link #tiles}; the queries that they do not cover go one by one
     */
    GroupScan(Int8Copy copy, ScanOptions options, QueryCodes[] codes, short[][] tiles, float[][] queries) {
        this.copy = copy;
        this.options = options;
        this.codes = new short[codes.length][];
        this.tiles = tiles;
        bounds = new ScoreBound[codes.length];
        candidates = new Candidates[codes.length];
        double floor = options.floor().badness(options.metric());
        for (int i = 0; i < codes.length; i++) {
            this.codes[i] = codes[i].codes();
            bounds[i] = ScoreBound.of(options.metric(), copy, codes[i], queries[i]);
            bounds[i].limit(floor);
            candidates[i] = new Candidates(options.k(), floor);
        }
        dots = new int[DotKernels.TILE * Lanes.GROUP_ROWS];
    }

    /** Three queries and more are worth a tile; one or two are not. */
    static short[][] tiles(QueryCodes[] queries) {
        var codes = new short[queries.length][];
        for (int i = 0; i < queries.length; i++) codes[i] = queries[i].codes();
        var tiles = new short[(queries.length + 1) / DotKernels.TILE][];
        for (int i = 0; i < tiles.length; i++) tiles[i] = DotKernels.interleave(codes, i * DotKernels.TILE);
        return tiles;
    }

    Candidates candidates(int query) {
        return candidates[query];
    }

    void scan(int fromGroup, int toGroup) {
        for (int group = fromGroup; group < toGroup; group++) {
            long at = copy.group(group);
            for (int tile = 0; tile < tiles.length; tile++) {
                DotKernels.four(copy.memory(), at, tiles[tile], dots, 0);
                int first = tile * DotKernels.TILE;
                int count = Math.min(DotKernels.TILE, codes.length - first);
                for (int i = 0; i < count; i++) keep(first + i, group, i * Lanes.GROUP_ROWS);
            }
            for (int query = tiles.length * DotKernels.TILE; query < codes.length; query++) {
                DotKernels.one(copy.memory(), at, codes[query], dots, 0);
                keep(query, group, 0);
            }
        }
    }

    private void keep(int query, int group, int from) {
        int first = group * Lanes.GROUP_ROWS;
        long statistics = copy.statistics(group);
        long reachable = bounds[query].reachable(dots, from, statistics);
        int rest = copy.rows() - first;
        if (rest < Lanes.GROUP_ROWS) reachable &= (1L << rest) - 1;
        while (reachable != 0) {
            int row = Long.numberOfTrailingZeros(reachable);
            reachable &= reachable - 1;
            if (options.accept().accepts(first + row)) keepRow(query, first, row, dots[from + row], statistics);
        }
    }

    private void keepRow(int query, int first, int row, int dot, long statistics) {
        ScoreBound bound = bounds[query];
        Candidates kept = candidates[query];
        bound.bound(dot, statistics, row);
        if (kept.add(first + row, bound.low, bound.high)) bound.limit(kept.limit());
    }
}
