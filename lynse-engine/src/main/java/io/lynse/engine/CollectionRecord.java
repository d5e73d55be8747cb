package io.lynse.engine;

import io.lynse.model.CollectionInfo;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * A collection in the catalog.
 *
 * @param indexParameters as given with the index mode
 * @param created         entry that created it
 * @param dimensionFixed  entry whose insert fixed the dimension; {@link Lsn#NONE}: it was declared, or is not known yet
 */
record CollectionRecord(CollectionInfo info, IndexParameters indexParameters, Lsn created, Lsn dimensionFixed) {

    /** The dimension against which the entry is held: a replayed one must meet the same condition as the first time. */
    int dimensionAt(Lsn lsn) {
        return lsn.compareTo(dimensionFixed) <= 0 ? 0 : info.dimension();
    }

    CollectionRecord withDimension(int dimension, Lsn lsn) {
        return new CollectionRecord(
                new CollectionInfo(info.id(), info.name(), dimension, info.elementType(), info.description(), info.indexMode()),
                indexParameters, created, lsn);
    }

    CollectionRecord withDescription(String description) {
        return new CollectionRecord(
                new CollectionInfo(info.id(), info.name(), info.dimension(), info.elementType(), description, info.indexMode()),
                indexParameters, created, dimensionFixed);
    }

    CollectionRecord withIndex(@Nullable IndexMode mode, IndexParameters parameters) {
        return new CollectionRecord(
                new CollectionInfo(info.id(), info.name(), info.dimension(), info.elementType(), info.description(), mode),
                parameters, created, dimensionFixed);
    }
}
