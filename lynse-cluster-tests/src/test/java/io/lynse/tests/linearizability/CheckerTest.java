package io.lynse.tests.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.tests.linearizability.Checker.Verdict;
import io.lynse.tests.linearizability.Operation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckerTest {

    private static final int CLIENTS = 6;
    private static final int CALLS = 300;
    private static final int HISTORIES = 20;

    @Test
    void whatHappenedInSomeOrderIsLinearizable() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed, CLIENTS, CALLS, 0);
            assertThat(history.operations()).hasSizeGreaterThanOrEqualTo(CALLS);
            assertThat(history.check()).as("seed %d", seed).isInstanceOf(Verdict.Linearizable.class);
        }
    }

    @Test
    void whatWasNeverAnsweredMayHaveHappenedAnyTimeOrNever() {
        int unknown = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed, CLIENTS, CALLS, 0.05);
            unknown += (int) history.operations().stream().filter(operation -> operation.outcome() instanceof Outcome.Unknown).count();
            assertThat(history.check()).as("seed %d", seed).isInstanceOf(Verdict.Linearizable.class);
        }
        assertThat(unknown).isGreaterThan(10 * HISTORIES);
    }

    @ParameterizedTest
    @EnumSource
    void aWrongAnswerIsFound(Mutation mutation) {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed, CLIENTS, CALLS, seed % 2 == 0 ? 0 : 0.1);
            Optional<List<Operation<Call, Answer>>> wrong = mutation.apply(history, new Random(seed));
            assertThat(wrong).as("a place for it, seed %d", seed).isPresent();
            assertThat(new History(history.before(), wrong.orElseThrow()).check()).as("seed %d", seed).isInstanceOf(Verdict.Violation.class);
        }
    }

    /** A client that asks again for what it does not know the outcome of: the first call may be the one that took the lease. */
    @Test
    void aWrongAnswerThatAnUnknownCallExplainsIsNotMade() {
        var holder = new LeaseImage.Holder("client", "1");
        Call acquire = Call.propose(new Command.AcquireLease(holder, LeaseEpoch.NONE, 0));
        Whole before = SimulatedHistory.BEFORE;
        Whole after = before.with(before.control().with(new LeaseImage(LeaseEpoch.NONE.next(), holder, 0)));
        var told = List.of(
                Operation.<Call, Answer>answered(0, acquire, 2, new Answer.Changed(after.control().lease()), 3),
                Operation.<Call, Answer>answered(0, new Call.Read(), 4, new Answer.Saw(after), 5));
        assertThat(Mutation.REFUSED_THOUGH_DONE.apply(new History(before, told), new Random(1))).isPresent();
        var withUnknown = new ArrayList<>(told);
        withUnknown.add(Operation.unknown(0, acquire, 1));
        assertThat(Mutation.REFUSED_THOUGH_DONE.apply(new History(before, withUnknown), new Random(1))).isEmpty();
    }

    @Test
    void aReadOfTwoMomentsIsFound() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            History history = SimulatedHistory.of(seed, CLIENTS, CALLS, 0);
            assertThat(history.tornReads()).isEmpty();
            Whole last = history.before();
            for (Operation<Call, Answer> operation : history.operations()) {
                if (operation.outcome() instanceof Outcome.Answered<Answer>(Answer.Saw(Whole whole), _)) last = whole;
            }
            var torn = new ArrayList<>(history.operations());
            torn.add(Operation.answered(0, new Call.Read(), 0, new Answer.Saw(last.with(SimulatedHistory.BEFORE.control())), Long.MAX_VALUE));
            assertThat(new History(history.before(), torn).tornReads()).as("seed %d", seed).isPresent();
        }
    }

    /** Against all orders, one after the other, of a few calls with any answers. */
    @Test
    void agreesWithTryingEveryOrder() {
        var before = new Counter(0, 0);
        int good = 0;
        int all = 5_000;
        for (long seed = 0; seed < all; seed++) {
            List<Operation<Call, Answer>> history = fewCalls(new Random(seed));
            boolean expected = someOrderFits(before, history, new boolean[history.size()]);
            Verdict<Call, Answer> verdict = Checker.check(new CounterModel(before), history);
            assertThat(verdict instanceof Verdict.Linearizable).as("seed %d: %s", seed, history).isEqualTo(expected);
            if (expected) good++;
        }
        assertThat(good).isBetween(all / 10, all - all / 10);
    }

    private static List<Operation<Call, Answer>> fewCalls(Random random) {
        var calls = new ArrayList<Operation<Call, Answer>>();
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            long invoked = random.nextInt(20);
            long returned = invoked + 1 + random.nextInt(15);
            boolean read = random.nextInt(3) == 0;
            Call call = read ? new Call.Read() : Call.propose(new Command.AllocateIds(new CollectionId(1), 1, 0));
            int value = random.nextInt(3);
            if (random.nextInt(4) == 0) calls.add(Operation.unknown(i, call, invoked));
            else calls.add(Operation.answered(i, call, invoked, read ? new Answer.Saw(new Counter(value, 0)) : new Answer.Changed((long) value), returned));
        }
        return calls;
    }

    private static boolean someOrderFits(Counter state, List<Operation<Call, Answer>> history, boolean[] placed) {
        boolean done = true;
        for (int next = 0; next < placed.length; next++) {
            Operation<Call, Answer> operation = history.get(next);
            if (placed[next]) continue;
            if (operation.outcome() instanceof Outcome.Answered) done = false;
            if (mustWait(next, history, placed)) continue;
            Model.Step<Counter, Answer> step = new CounterModel(state).apply(state, operation.call());
            if (operation.outcome() instanceof Outcome.Answered<Answer>(Answer answer, _) && !answer.equals(step.answer())) continue;
            boolean[] more = Arrays.copyOf(placed, placed.length);
            more[next] = true;
            if (someOrderFits(step.next(), history, more)) return true;
        }
        return done;
    }

    private static boolean mustWait(int next, List<Operation<Call, Answer>> history, boolean[] placed) {
        for (int other = 0; other < placed.length; other++) {
            if (!placed[other] && history.get(other).precedes(history.get(next))) return true;
        }
        return false;
    }

    /** The models were written anew; here they are held against the code that the owners run. */
    @Test
    void theModelsDecideAsTheMetadataDoes() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            ClusterImage image = withCounters();
            Whole state = Whole.of(image);
            var callers = List.of(new Caller(1, new Random(seed), state), new Caller(2, new Random(-seed), state));
            for (int i = 0; i < CALLS; i++) {
                Caller caller = callers.get(i % 2);
                Call call = caller.next();
                Model.Step<Whole, Answer> step = new WholeModel(state).apply(state, call);
                state = step.next();
                if (call instanceof Call.Propose(Command command)) {
                    switch (Decision.decide(image, command)) {
                        case Decision.Refused _ -> assertThat(step.answer()).as("%s", command).isEqualTo(Answer.REFUSED);
                        case Decision.Accepted(var records) -> {
                            assertThat(step.answer()).as("%s", command).isEqualTo(Whole.answer(records));
                            for (MetadataRecord record : records) image = image.apply(record);
                        }
                    }
                }
                assertThat(state).as("%s", call).isEqualTo(Whole.of(image));
                caller.learn(step.answer());
            }
        }
    }

    private static ClusterImage withCounters() {
        ClusterImage image = ClusterImage.initial("cluster", 8, Durability.DEFAULT, List.of(new ShardGroupImage(
                new ShardGroupId("sg0"), new MemberImage("http://a:1", new NodeId("a")), new Epoch(1), 1, List.of())));
        for (Command command : commands()) {
            if (!(Decision.decide(image, command) instanceof Decision.Accepted(var records))) throw new AssertionError(command);
            for (MetadataRecord record : records) image = image.apply(record);
        }
        return image;
    }

    private static List<Command> commands() {
        var commands = new ArrayList<Command>(List.of(new Command.CreateDatabase(Whole.COUNTERS)));
        for (int i = 0; i < 3; i++) {
            commands.add(new Command.DeclareCollection(new CollectionName(Whole.COUNTERS, "c" + i), new CollectionSpec(0, ElementType.FLOAT32, null), null));
        }
        return commands;
    }
}
