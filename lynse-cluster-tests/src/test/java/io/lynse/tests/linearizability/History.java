package io.lynse.tests.linearizability;

import io.lynse.tests.linearizability.Checker.Verdict;
import io.lynse.tests.linearizability.Operation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** What clients saw, and how it began. */
record History(Whole before, List<Operation<Call, Answer>> operations) {

    History {
        operations = List.copyOf(operations);
    }

    /**
     * Of each object by itself, which is as good as of all together (Herlihy and Wing, 1990) but for reads, which see all at once: see {@link #tornReads}.
     * @return the first verdict that is not good
     */
    Verdict<Call, Answer> check() {
        Verdict<Call, Answer> verdict = Checker.check(new ControlModel(before.control()), about(propose -> Whole.counterOf(propose.command()).isEmpty(), Whole::control));
        for (var counter : before.counters().entrySet()) {
            if (!(verdict instanceof Verdict.Linearizable)) return verdict;
            Long id = counter.getKey();
            verdict = Checker.check(new CounterModel(counter.getValue()), about(
                    propose -> Whole.counterOf(propose.command()).equals(Optional.of(id)), seen -> seen.counter(id)));
        }
        return verdict;
    }

    /** What was asked of one object, reads of everything among it. */
    private List<Operation<Call, Answer>> about(Predicate<Call.Propose> concerns, Function<Whole, Object> part) {
        var found = new ArrayList<Operation<Call, Answer>>();
        for (Operation<Call, Answer> operation : operations) {
            switch (operation.call()) {
                case Call.Propose propose -> {
                    if (concerns.test(propose)) found.add(operation);
                }
                case Call.Read _ -> {
                    if (operation.outcome() instanceof Outcome.Answered<Answer>(Answer.Saw(Whole seen), _)) found.add(operation.answering(new Answer.Saw(part.apply(seen))));
                }
            }
        }
        return found;
    }

    /** Two reads of which each saw something newer than the other, though each should have seen everything at one moment; empty: there are none. */
    Optional<List<Whole>> tornReads() {
        var seen = new ArrayList<Whole>();
        for (Operation<Call, Answer> operation : operations) {
            if (operation.outcome() instanceof Outcome.Answered<Answer>(Answer.Saw(Whole whole), _)) seen.add(whole);
        }
        seen.sort((one, other) -> Arrays.compare(one.ages(), other.ages()));
        for (int i = 1; i < seen.size(); i++) {
            long[] older = seen.get(i - 1).ages();
            long[] newer = seen.get(i).ages();
            for (int part = 0; part < older.length; part++) {
                if (older[part] > newer[part]) return Optional.of(List.of(seen.get(i - 1), seen.get(i)));
            }
        }
        return Optional.empty();
    }
}
