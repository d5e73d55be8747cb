package io.lynse.engine;

import io.lynse.model.Lsn;

/**
 * What is applied besides rows, as of one LSN.
 *
 * @param largestStamp clock of the largest order stamp ever applied; 0: none
 */
record AppliedState(Lsn lsn, CatalogImage catalog, long largestStamp) {

    static final AppliedState EMPTY = new AppliedState(Lsn.NONE, CatalogImage.EMPTY, 0);
}
