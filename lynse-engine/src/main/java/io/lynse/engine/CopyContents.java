package io.lynse.engine;

import io.lynse.engine.log.EpochEnd;
import io.lynse.model.Lsn;
import java.util.List;
import java.util.Map;

/**
 * What a node will hold with the files that it fetched.
 *
 * @param firstLsn the first entry that the log has, or will have
 * @param epochs   of its entries and of the one before them, ascending: it ends with what is applied
 * @param applied  everything up to here is applied, and so was committed
 * @param writes   write ids whose results are remembered, oldest first, with the entry of each
 */
public record CopyContents(Lsn firstLsn, List<EpochEnd> epochs, Lsn applied, Map<WriteId, Lsn> writes) {}
