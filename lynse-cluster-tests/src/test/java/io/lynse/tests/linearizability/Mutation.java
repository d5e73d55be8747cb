package io.lynse.tests.linearizability;

import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseImage;
import io.lynse.tests.linearizability.Answer.Changed;
import io.lynse.tests.linearizability.Answer.Saw;
import io.lynse.tests.linearizability.Operation.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * One wrong answer, or one call that was kept quiet about, in a history that was linearizable. Each is such that no order explains it: the next id
 * of a counter only ever grows, by amounts whose sums are all different, and an epoch of the lease has one holder.
 */
enum Mutation {

    /** A read does not see what was given out before it began. */
    STALE_READ {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::isAllocation, Mutation::isRead, Operation::precedes).map(found -> {
                long id = counter(found.first());
                return replaced(history, found.second(), seen(found.second(), id, firstId(found.first())));
            });
        }
    },

    /** A read sees what is given out only after it was answered. */
    READ_OF_THE_FUTURE {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::isRead, Mutation::isAllocation, Operation::precedes).map(found -> {
                long id = counter(found.second());
                return replaced(history, found.first(), seen(found.first(), id, firstId(found.second()) + count(found.second())));
            });
        }
    },

    /** A read sees what never was. */
    PHANTOM_READ {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::isAllocation, Mutation::isRead, Operation::precedes).map(found -> {
                long id = counter(found.first());
                Whole saw = saw(found.second());
                return replaced(history, found.second(), seen(found.second(), id, saw.counter(id).nextId() + 1));
            });
        }
    },

    /** Two reads, one after the other, tell in the wrong order. */
    READS_SWAPPED {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::isRead, Mutation::isRead, (first, second) -> first.precedes(second)
                    && !saw(first).counters().equals(saw(second).counters())).map(found -> {
                        var swapped = replaced(history, found.first(), new Saw(saw(found.second())));
                        return replaced(new History(history.before(), swapped), found.second(), new Saw(saw(found.first())));
                    });
        }
    },

    /** The same ids are given out twice. */
    IDS_GIVEN_TWICE {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::isAllocation, Mutation::isAllocation, (first, second) -> first.precedes(second) && counter(first) == counter(second))
                    .map(found -> replaced(history, found.second(), new Changed(firstId(found.first()))));
        }
    },

    /** A lease that was taken, and seen to be, is told to have been refused. Its client asked for it once, so no call of unknown outcome explains it. */
    REFUSED_THOUGH_DONE {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, took -> tookLease(took) && once(history, took.call()), Mutation::isRead, (took, read) ->
                    answer(took).equals(new Changed(saw(read).control().lease()))).map(found -> replaced(history, found.first(), Answer.REFUSED));
        }

        private static boolean once(History history, Call call) {
            return history.operations().stream().filter(operation -> operation.call().equals(call)).count() == 1;
        }
    },

    /** Two clients are told that they took one epoch of the lease. */
    TWO_HOLDERS {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::tookLease, Mutation::wasRefusedLease, (took, refused) -> acquire(took).seen().equals(acquire(refused).seen()))
                    .map(found -> replaced(history, found.second(), new Changed(
                            new LeaseImage(acquire(found.second()).seen().next(), acquire(found.second()).holder(), 0))));
        }
    },

    /** Ids were given out though their client was told that nothing happened. */
    DONE_THOUGH_DENIED {
        @Override
        Optional<List<Operation<Call, Answer>>> apply(History history, Random random) {
            return pair(history, random, Mutation::isAllocation, Mutation::isRead, (given, read) ->
                    saw(read).counter(counter(given)).nextId() == firstId(given) + count(given)).map(found -> {
                var left = new ArrayList<>(history.operations());
                left.remove(found.first());
                return left;
            });
        }
    };

    private record Pair(Operation<Call, Answer> first, Operation<Call, Answer> second) {}

    /** The operations of the history, wrong now; empty: it has no place for this. */
    abstract Optional<List<Operation<Call, Answer>>> apply(History history, Random random);

    private static Optional<Pair> pair(
            History history, Random random, Predicate<Operation<Call, Answer>> first, Predicate<Operation<Call, Answer>> second,
            BiPredicate<Operation<Call, Answer>, Operation<Call, Answer>> both) {
        var shuffled = new ArrayList<>(history.operations().stream().filter(operation -> operation.outcome() instanceof Outcome.Answered).toList());
        Collections.shuffle(shuffled, random);
        List<Operation<Call, Answer>> seconds = shuffled.stream().filter(second).toList();
        for (Operation<Call, Answer> one : shuffled) {
            if (!first.test(one)) continue;
            for (Operation<Call, Answer> other : seconds) {
                if (one != other && both.test(one, other)) return Optional.of(new Pair(one, other));
            }
        }
        return Optional.empty();
    }

    private static List<Operation<Call, Answer>> replaced(History history, Operation<Call, Answer> wrong, Answer answer) {
        var operations = new ArrayList<>(history.operations());
        operations.set(operations.indexOf(wrong), wrong.answering(answer));
        return operations;
    }

    private static Answer answer(Operation<Call, Answer> operation) {
        if (operation.outcome() instanceof Outcome.Answered<Answer>(Answer answer, _)) return answer;
        throw new IllegalArgumentException("not answered: " + operation);
    }

    private static boolean isRead(Operation<Call, Answer> operation) {
        return operation.call() instanceof Call.Read;
    }

    private static Whole saw(Operation<Call, Answer> read) {
        if (answer(read) instanceof Saw(Whole state)) return state;
        throw new IllegalArgumentException("no read: " + read);
    }

    private static Answer seen(Operation<Call, Answer> read, long counter, long nextId) {
        Whole saw = saw(read);
        return new Saw(saw.with(counter, new Counter(nextId, saw.counter(counter).dimension())));
    }

    private static boolean isAllocation(Operation<Call, Answer> operation) {
        return operation.call() instanceof Call.Propose(Command.AllocateIds _);
    }

    private static Command.AllocateIds allocation(Operation<Call, Answer> operation) {
        if (operation.call() instanceof Call.Propose(Command.AllocateIds allocate)) return allocate;
        throw new IllegalArgumentException("no allocation: " + operation);
    }

    private static long counter(Operation<Call, Answer> operation) {
        return allocation(operation).collection().value();
    }

    private static long count(Operation<Call, Answer> operation) {
        return allocation(operation).count();
    }

    private static long firstId(Operation<Call, Answer> operation) {
        if (answer(operation) instanceof Changed(Long first)) return first;
        throw new IllegalArgumentException("no allocation: " + operation);
    }

    private static Command.AcquireLease acquire(Operation<Call, Answer> operation) {
        if (operation.call() instanceof Call.Propose(Command.AcquireLease acquire)) return acquire;
        throw new IllegalArgumentException("no call for the lease: " + operation);
    }

    private static boolean tookLease(Operation<Call, Answer> operation) {
        return operation.call() instanceof Call.Propose(Command.AcquireLease _) && answer(operation) instanceof Changed;
    }

    private static boolean wasRefusedLease(Operation<Call, Answer> operation) {
        return operation.call() instanceof Call.Propose(Command.AcquireLease _) && answer(operation) instanceof Answer.Refused;
    }
}
