package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;

/**
 * A query as the first pass sees it, against the copy of one segment: {@code v = scale * codes + loss}, with codes from -63 to 63.
 * For L2 v is the query minus the segment's mean, else the query itself.
 *
 * @param codes   padded like those of the rows
 * @param scale   of the codes
 * @param squares squared length of {@code scale * codes}
 * @param error   F: length of the loss, see {@link ScoreBound}; rounded up, above 0
 * @param length  length of v; rounded up, above 0
 * @param shift   inner product of the mean with the query
 */
record QueryCodes(short[] codes, double scale, double squares, double error, double length, double shift) {

    static QueryCodes of(float[] query, Int8Copy copy, Metric metric) {
        int dimension = query.length;
        float[] mean = copy.mean();
        var precise = new double[dimension];
        double widest = 0;
        for (int i = 0; i < dimension; i++) {
            precise[i] = metric == Metric.L2 ? (double) query[i] - mean[i] : query[i];
            widest = Math.max(widest, Math.abs(precise[i]));
        }
        double scale = widest / DotKernels.QUERY_MAX;
        double inverse = widest == 0 ? 0 : DotKernels.QUERY_MAX / widest;
        var codes = new short[Int8Copy.paddedDimension(dimension)];
        long codeSquares = 0;
        double lossSquares = 0;
        double lengthSquares = 0;
        for (int i = 0; i < dimension; i++) {
            int code = (int) Math.rint(precise[i] * inverse);
            double loss = precise[i] - scale * code;
            codes[i] = (short) code;
            codeSquares += (long) code * code;
            lossSquares += loss * loss;
            lengthSquares += precise[i] * precise[i];
        }
        double slack = Int8Copy.slack(dimension);
        double norms = Math.sqrt(ExactScore.dot(query, query)) + Math.sqrt(ExactScore.dot(mean, mean));
        // Never 0: what it is multiplied with may be infinite, and the product must not become NaN.
        double error = Math.sqrt(lossSquares) * (1 + slack) + slack * norms + Double.MIN_NORMAL;
        double length = Math.sqrt(lengthSquares) * (1 + slack) + Double.MIN_NORMAL;
        return new QueryCodes(codes, scale, scale * scale * codeSquares, error, length, ExactScore.dot(mean, query));
    }
}
