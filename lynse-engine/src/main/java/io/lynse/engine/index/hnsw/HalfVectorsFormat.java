package io.lynse.engine.index.hnsw;

import io.lynse.model.ElementType;
import org.jspecify.annotations.Nullable;

/** {@link VectorsFormat} for collections of float16. It has a name of its own, so that nobody takes the vectors of one for the other's. */
public final class HalfVectorsFormat extends VectorsFormat {

    /** Stands in file names and is looked up when a segment is opened: never to be changed. */
    private static final String NAME = "LynseHalfVectors";

    /** For reading, as Lucene's service loader makes it. */
    public HalfVectorsFormat() {
        this(null, new GraphTally());
    }

    HalfVectorsFormat(@Nullable GraphBuilds builds, GraphTally tally) {
        super(NAME, ElementType.FLOAT16, builds, tally);
    }
}
