package io.lynse.coordinator.write;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.Arrays;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** What must hold of a whole batch before any part of it is sent. */
final class RepeatedIds {

    private RepeatedIds() {}

    /**
     * Both copies of a repeated id go to the same group, which would refuse them; the other groups' rows would be in by then.
     * @throws LynseException InvalidArgument naming the id
     */
    static void refuse(Ids ids) {
        RowId repeated = firstRepeated(ids);
        if (repeated != null) {
            throw new LynseException(LynseError.invalid("ids", "Invalid argument: duplicate external id " + repeated + " within the same insert batch"));
        }
    }

    private static @Nullable RowId firstRepeated(Ids ids) {
        if (ids instanceof Ids.Range) return null;
        if (ids instanceof Ids.Ints(long[] values)) {
            long[] sorted = values.clone();
            Arrays.sort(sorted);
            for (int i = 1; i < sorted.length; i++) {
                if (sorted[i] == sorted[i - 1]) return RowId.of(sorted[i]);
            }
            return null;
        }
        var seen = new HashSet<RowId>();
        for (RowId id : ids.toList()) {
            if (!seen.add(id)) return id;
        }
        return null;
    }
}
