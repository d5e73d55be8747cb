package io.lynse.engine;

import io.lynse.model.Lsn;

/** Told of every entry that is applied, in LSN order, by the thread that applies. It must be quick. */
public interface AppliedListener {

    /**
     * @param writeId    of its request; {@link WriteId#NONE}: it has none
     * @param remembered whether the request, when it comes again, is answered by what the entry did
     */
    void applied(Lsn lsn, WriteId writeId, boolean remembered);
}
