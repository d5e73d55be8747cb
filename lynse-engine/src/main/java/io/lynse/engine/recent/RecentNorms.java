package io.lynse.engine.recent;

import java.util.Arrays;

/** Euclidean lengths of a table's vectors, computed by the searches that need them, each vector once. Safe for several threads. */
final class RecentNorms {

    private float[] norms = new float[0];
    private int known;
    private float largest;

    /** Of all vectors of the snapshot; of some later ones, too. */
    synchronized float[] of(RecentSnapshot snapshot, int dimension) {
        int wanted = snapshot.vectors();
        if (known < wanted) {
            if (norms.length < wanted) norms = Arrays.copyOf(norms, Math.max(wanted, 2 * norms.length));
            var vector = new float[dimension];
            for (int i = known; i < wanted; i++) {
                snapshot.copyRow(i, vector);
                norms[i] = SegmentNorms.norm(vector);
                largest = Math.max(largest, norms[i]);
            }
            known = wanted;
        }
        return norms;
    }

    synchronized float largest(RecentSnapshot snapshot, int dimension) {
        of(snapshot, dimension);
        return largest;
    }
}
