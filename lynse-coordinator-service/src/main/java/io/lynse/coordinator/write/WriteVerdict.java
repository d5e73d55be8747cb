package io.lynse.coordinator.write;

import io.lynse.coordinator.write.PartOutcome.Fate;
import io.lynse.error.LynseError;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a client is told about a batch over several shard groups. Nothing is silently partial. */
public final class WriteVerdict {

    private WriteVerdict() {}

    /**
     * @param ids of all rows, by position in the request
     * @return empty if every row was written; the refusal itself if no row was and all fates are known; else every id in one list
     */
    public static Optional<LynseError> of(List<PartOutcome> outcomes, Ids ids) {
        var failed = outcomes.stream().filter(outcome -> outcome.fate() != Fate.WRITTEN).toList();
        if (failed.isEmpty()) return Optional.empty();
        LynseError first = Objects.requireNonNull(failed.getFirst().error());
        // One kind of failure and no row written: the caller can act on the failure itself.
        if (failed.size() == outcomes.size() && outcomes.stream().map(PartOutcome::fate).distinct().count() == 1) return Optional.of(first);
        List<RowId> written = idsOf(outcomes, Fate.WRITTEN, ids);
        List<RowId> refused = idsOf(outcomes, Fate.REFUSED, ids);
        List<RowId> unknown = idsOf(outcomes, Fate.UNKNOWN, ids);
        String reason = written.size() + " rows written, " + refused.size() + " refused, " + unknown.size() + " unknown: " + first.message();
        return Optional.of(new LynseError.PartialWrite(reason, written, refused, unknown));
    }

    private static List<RowId> idsOf(List<PartOutcome> outcomes, Fate fate, Ids ids) {
        var found = new ArrayList<RowId>();
        for (PartOutcome outcome : outcomes) {
            if (outcome.fate() != fate) continue;
            for (int row : outcome.part().rows()) found.add(ids.get(row));
        }
        return found;
    }
}
