package io.lynse.http.route;

import io.lynse.http.Databases;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.Hits;
import io.lynse.model.IndexMode;

/** The original's {@code approx} search: true scores rounded to the nearest multiple of {@code eps}, for flat search of the dense metrics alone. */
final class Rounding {

    private Rounding() {}

    /** @param eps 0: not asked for */
    static Hits apply(Databases databases, CollectionName name, Hits hits, double eps) {
        return eps == 0 || !applies(databases.describe(name)) ? hits : new Hits(hits.ids(), rounded(hits.scores(), eps), hits.fields());
    }

    private static boolean applies(CollectionInfo info) {
        IndexMode mode = info.indexMode() == null ? IndexMode.DEFAULT : info.indexMode();
        return !mode.approximate() && switch (mode.metric()) {
            case IP, L2, COSINE -> true;
            default -> false;
        };
    }

    private static float[] rounded(float[] scores, double eps) {
        float[] rounded = new float[scores.length];
        for (int i = 0; i < scores.length; i++) rounded[i] = (float) (Math.rint(scores[i] / eps) * eps);
        return rounded;
    }
}
