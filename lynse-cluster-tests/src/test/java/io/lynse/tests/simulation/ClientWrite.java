package io.lynse.tests.simulation;

import io.lynse.coordinator.routing.RowPartition;
import io.lynse.coordinator.write.PartOutcome;
import io.lynse.error.LynseError;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client: a row in one group, or one in each of several, every part with its own write id and retries. The client believes what
 * {@link PlantedBug#verdict} makes of the parts, and nothing else.
 */
final class ClientWrite {

    /** @param group whose row it is */
    record Row(SimGroup group, WriteId id, SimEntry.Change change) {}

    private final Simulation simulation;
    private final List<Row> rows;
    private final List<@Nullable Answer> answers = new ArrayList<>();
    private final Runnable answered;
    private int open;

    /** @param answered runs when the client was told, once */
    ClientWrite(Simulation simulation, List<Row> rows, Runnable answered) {
        this.simulation = simulation;
        this.rows = rows;
        this.answered = answered;
        for (Row _ : rows) answers.add(null);
        open = rows.size();
    }

    void send(SimCoordinator through, int frames, long patience) {
        for (int i = 0; i < rows.size(); i++) {
            int part = i;
            Row row = rows.get(i);
            through.write(row.group.id, row.id, row.change, frames, patience, answer -> {
                if (answers.set(part, answer) == null && --open == 0) conclude();
            });
        }
    }

    private void conclude() {
        var outcomes = new ArrayList<PartOutcome>();
        for (int i = 0; i < rows.size(); i++) {
            LynseError error = switch (answers.get(i)) {
                case Answer.Written _ -> null;
                case Answer.Refused(var refusal) -> refusal;
                case Answer.Unknown(String reason) -> new LynseError.OutcomeUnknown(reason);
                case null, default -> throw new IllegalStateException("a write was answered by " + answers.get(i));
            };
            outcomes.add(new PartOutcome(new RowPartition.Part(rows.get(i).group.id, new int[] {i}), error));
        }
        Ids ids = Ids.of(rows.stream().mapToLong(row -> row.change.key()).toArray());
        Optional<LynseError> failure = simulation.bug.verdict(outcomes, ids);
        if (rows.size() > 1) simulation.world.counts.writesOverGroups++;
        if (failure.orElse(null) instanceof LynseError.PartialWrite) simulation.world.counts.partialWrites++;
        for (int i = 0; i < rows.size(); i++) tell(rows.get(i), answers.get(i), failure.orElse(null), ids.get(i));
        answered.run();
    }

    private void tell(Row row, @Nullable Answer answer, @Nullable LynseError failure, RowId id) {
        PartOutcome.Fate fate = switch (failure) {
            case null -> PartOutcome.Fate.WRITTEN;
            case LynseError.PartialWrite(_, var written, var refused, _) ->
                written.contains(id) ? PartOutcome.Fate.WRITTEN : refused.contains(id) ? PartOutcome.Fate.REFUSED : PartOutcome.Fate.UNKNOWN;
            case LynseError.OutcomeUnknown _ -> PartOutcome.Fate.UNKNOWN;
            default -> PartOutcome.Fate.REFUSED;
        };
        simulation.world.trace(30 + fate.ordinal(), () -> "client: " + row.group.id + " " + row.id + " " + row.change + " " + fate + ", " + answer);
        switch (fate) {
            case WRITTEN -> {
                if (!(answer instanceof Answer.Written(var lsn, var outcome))) throw new Violation("nothing is silently partial", row + " is said to be written: " + answer);
                row.group.ghost.acknowledged(row.id, row.change.value(), lsn.value(), ((SimEntry.Done) outcome).done());
                row.group.checkActive();
            }
            case REFUSED -> row.group.ghost.refused(row.id);
            case UNKNOWN -> {}
        }
    }
}
