package io.lynse.coordinator.write;

import io.lynse.coordinator.routing.RowPartition.Part;
import io.lynse.model.RequestId;
import java.util.function.Supplier;

/** By what a group knows its part of one request when it comes again. */
interface PartIds {

    RequestId of(Part part);

    /** Of a request that nobody will send again. @param random gives 16 random bytes */
    static PartIds nameless(Supplier<byte[]> random) {
        return part -> new RequestId(random.get(), 0);
    }
}
