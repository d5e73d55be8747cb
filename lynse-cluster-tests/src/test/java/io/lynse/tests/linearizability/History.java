package io.lynse.tests.linearizability;

import io.lynse.tests.linearizability.Checker.Verdict;
import io.lynse.tests.linearizability.Operation.Outcome;
import java.util.ArrayList;
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
     * Each object by itself first, which is quick and gives a short counterexample; then all together, because a read sees them all at once.
     * @return the first verdict that is not good, or that over everything
     */
    Verdict<Call, Answer> check() {
        Verdict<Call, Answer> verdict = Checker.check(new ControlModel(before.control()), about(propose -> Whole.counterOf(propose.command()).isEmpty(), Whole::control));
        for (var counter : before.counters().entrySet()) {
            if (!(verdict instanceof Verdict.Linearizable)) return verdict;
            Long id = counter.getKey();
            verdict = Checker.check(new CounterModel(counter.getValue()), about(
                    propose -> Whole.counterOf(propose.command()).equals(Optional.of(id)), seen -> seen.counter(id)));
        }
        return verdict instanceof Verdict.Linearizable ? Checker.check(new WholeModel(before), operations) : verdict;
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
}
