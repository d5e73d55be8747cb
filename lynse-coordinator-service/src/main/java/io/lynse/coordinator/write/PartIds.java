package io.lynse.coordinator.write;

import io.lynse.coordinator.routing.RowPartition.Part;
import io.lynse.model.RequestId;
import java.util.function.Supplier;

/** By what a group knows its part of one request when it comes again. */
interface PartIds {

    /** For the part's next attempt. @param refused how often the group refused the part because it lacks the collection: it remembers that as well */
    RequestId of(Part part, int refused);

    /** Of a request that nobody will send again. @param random gives 16 random bytes */
    static PartIds nameless(Supplier<byte[]> random) {
        return (part, refused) -> new RequestId(random.get(), 0);
    }
}
